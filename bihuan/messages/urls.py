"""Addresses of the inbox."""

from django.urls import path

from bihuan.messages import views

app_name = "messages"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.open_message, name="open"),
]
