"""Addresses of closed periods."""

from django.urls import path

from bihuan.campaigns.views import closings

app_name = "closings"
urlpatterns = [
    path("", closings.closings, name="closings"),
    path("new/", closings.close, name="close"),
    path("<int:pk>/", closings.closing, name="closing"),
    path("<int:pk>/records/<int:figure>/", closings.erratum, name="erratum"),
]
