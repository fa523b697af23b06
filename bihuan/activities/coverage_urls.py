"""Addresses of what a campaign covered, and of its map."""

from __future__ import annotations

from django.urls import path

from bihuan.activities.views import coverage

app_name = "coverage"
urlpatterns = [
    path("<int:pk>/coverage/", coverage.campaign, name="campaign"),
    path("<int:pk>/coverage/<int:region>/<slug:kind>/", coverage.listing, name="places"),
    path("<int:pk>/coverage/<int:region>/<slug:kind>/table/", coverage.table, name="places_table"),
    path("<int:pk>/map/", coverage.event_map, name="map"),
]
