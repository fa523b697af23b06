"""Addresses of reports, of what they add up to, and of the public check of a paper."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.reports.views import campaigns

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/table.csv", campaigns.table, name="table"),
    path("campaigns/<int:pk>/<int:region>/", campaigns.making, name="making"),
    path("facts/<slug:public_id>/", campaigns.fact, name="fact"),
]
