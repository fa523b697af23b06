"""Addresses under which forms are handed in."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
