"""Addresses of statistical forms."""

from django.urls import include, path

from bihuan.statistics.views import showing

app_name = "statistics"
urlpatterns = [
    path("", showing.forms, name="forms"),
    path("<int:pk>/", showing.form, name="form"),
    path("<int:pk>/cells/<str:at>/", showing.cell, name="cell"),
    path("<int:pk>/form.xlsx", showing.workbook, name="workbook"),
    path("<int:pk>/form.csv", showing.table, name="table"),
    path("<int:pk>/empty.xlsx", showing.empty, name="empty"),
    path("", include("bihuan.statistics.urls_handing")),
]
