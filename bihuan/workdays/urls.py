"""Addresses of the calendar."""

from __future__ import annotations

from django.urls import path

from bihuan.workdays import views

app_name = "workdays"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("list.xlsx", views.workbook, name="workbook"),
    path("preview/", views.preview, name="preview"),
    path("take/", views.take, name="take"),
]
