"""Addresses of reports, of what they add up to, and of the public check of a paper."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
