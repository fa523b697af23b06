from django.urls import path

from bihuan.exchange.views import inbox

app_name = "exchange"
urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
]
