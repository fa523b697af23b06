"""Addresses of matters."""

from __future__ import annotations

from django.urls import path

from bihuan.loop import views

app_name = "loop"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/", views.matter, name="matter"),
]
