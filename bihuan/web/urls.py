"""Addresses of the desk, the history and what every page loads."""

from django.urls import path
from django.views.i18n import set_language

from bihuan.org.gate import open_to_all
from bihuan.web import views
from bihuan.web.views import desk, history

app_name = "web"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("history/", history.history, name="history"),
    path("history/verify/", history.verify, name="verify"),
    path("language/", open_to_all(set_language), name="language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("assets/<str:name>", views.asset, name="asset"),
]
