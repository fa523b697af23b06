"""Addresses of the inbox, of people's channels, and of what goes out."""

from django.urls import path

from bihuan.messages.views import administration, channels, inbox

app_name = "messages"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="read_all"),
    path("inbox/<int:pk>/", inbox.open_message, name="open"),
    path("me/channels/", channels.channels, name="channels"),
    path("me/channels/<int:pk>/", channels.channel, name="channel"),
    path("me/outgoing/", channels.outgoing, name="outgoing"),
    path("outgoing/", administration.all_outgoing, name="all_outgoing"),
    path("outgoing/settings/", administration.gateway, name="gateway"),
    path("quiet-hours/", administration.quiet, name="quiet"),
]
