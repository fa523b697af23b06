"""Addresses of the demo's pages."""

from django.urls import path

from bihuan.web import views

app_name = "web"
urlpatterns = [
    path("", views.index, name="index"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("facts/<str:public_id>/", views.fact, name="fact"),
    path("papers/<str:code>.<str:kind>", views.paper, name="paper"),
]
