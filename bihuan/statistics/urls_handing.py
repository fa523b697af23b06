"""Addresses under which forms are handed in."""

from django.urls import URLPattern, path

from bihuan.statistics.views import handing, returns

urlpatterns: list[URLPattern] = [
    path("<slug:code>/hand-in/", handing.hand_in, name="hand_in"),
    path("<slug:code>/hand-in/file/", handing.hand_in_file, name="hand_in_file"),
    path("drafts/<int:pk>/", handing.preview, name="handed_draft"),
    path("drafts/<int:pk>/take/", handing.take, name="take_handed"),
    path("drafts/<int:pk>/drop/", handing.drop, name="drop_handed"),
    path("<slug:code>/returns/", returns.returns, name="returns"),
    path("returns/<int:pk>/", returns.form_return, name="form_return"),
    path("returns/<int:pk>/accept/", returns.accept, name="accept_return"),
    path("returns/<int:pk>/give-back/", returns.give_back, name="give_back_return"),
]
