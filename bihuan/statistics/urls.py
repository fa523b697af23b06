"""Addresses of statistical forms."""

from django.urls import include, path

from bihuan.statistics.views import showing

app_name = "statistics"
urlpatterns = [
    path("", showing.forms, name="forms"),
    path("<int:pk>/", showing.form, name="form"),
    path("", include("bihuan.statistics.urls_handing")),
]
