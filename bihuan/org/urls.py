"""Addresses of people, units and accounts."""

from django.urls import path

from bihuan.org.views import account

app_name = "org"
urlpatterns = [
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password, name="password"),
    path("me/", account.me, name="me"),
    path("me/tokens/", account.new_token, name="new_token"),
    path("me/tokens/<int:pk>/end/", account.end_token, name="end_token"),
]
