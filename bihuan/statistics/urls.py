"""Addresses of statistical forms."""

from django.urls import include, path

from bihuan.statistics.views import defining, showing

app_name = "statistics"
urlpatterns = [
    path("", showing.forms, name="forms"),
    path("new/", defining.new, name="new"),
    path("new/lines/", defining.put_together, name="lines"),
    path("templates/<int:pk>/", defining.template, name="template"),
    path("templates/<int:pk>/drop/", defining.drop, name="drop_template"),
    path("<int:pk>/", showing.form, name="form"),
    path("<int:pk>/define/", defining.redefine, name="redefine"),
    path("<int:pk>/retire/", defining.retire, name="retire"),
    path("<int:pk>/cells/<str:at>/", showing.cell, name="cell"),
    path("<int:pk>/form.xlsx", showing.workbook, name="workbook"),
    path("<int:pk>/form.csv", showing.table, name="table"),
    path("<int:pk>/paper/", showing.compose, name="compose"),
    path("<int:pk>/empty.xlsx", showing.empty, name="empty"),
    path("", include("bihuan.statistics.urls_handing")),
]
