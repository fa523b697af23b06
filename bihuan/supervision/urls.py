"""Addresses of supervision."""

from django.urls import path

from bihuan.supervision.views import bulletins, entries, lights, room, things

app_name = "supervision"
urlpatterns = [
    path("", room.room, name="room"),
    path("limits/", entries.limits, name="limits"),
    path("propose/", entries.propose, name="propose"),
    path("matters/<int:pk>/urge/", entries.urge, name="urge"),
    path("mandates/new/", entries.mandate, name="enter_mandate"),
    path("mandates/<int:pk>/", things.mandate, name="mandate"),
    path("mandates/<int:pk>/<slug:verb>/", things.mandate_act, name="mandate_act"),
    path("supervised/<int:pk>/", things.supervised, name="supervised"),
    path("supervised/<int:pk>/<slug:verb>/", things.supervised_act, name="supervised_act"),
    path("rounds/new/", entries.round_, name="plan_round"),
    path("rounds/<int:pk>/", things.round_, name="round"),
    path("rounds/<int:pk>/<slug:verb>/", things.round_act, name="round_act"),
    path("looks/<int:pk>/look/", things.look, name="look"),
    path("looks/<int:pk>/find/", things.find, name="find"),
    path("findings/<int:pk>/settle/", things.settle, name="settle"),
    path("notices/", room.notices, name="notices"),
    path("notices/new/", entries.notice, name="draft_notice"),
    path("notices/<int:pk>/", things.notice, name="notice"),
    path("notices/<int:pk>/<slug:verb>/", things.notice_act, name="notice_act"),
    path("talks/new/", entries.censure, {"kind": "talks"}, name="propose_talk"),
    path("talks/<int:pk>/", things.talk, name="talk"),
    path("talks/<int:pk>/<slug:verb>/", things.talk_act, name="talk_act"),
    path("circulars/new/", entries.censure, {"kind": "circulars"}, name="propose_circular"),
    path("circulars/<int:pk>/", things.circular, name="circular"),
    path("circulars/<int:pk>/<slug:verb>/", things.circular_act, name="circular_act"),
    path("conclusions/new/", entries.conclude, name="conclude"),
    path("conclusions/<int:pk>/", things.conclusion, name="conclusion"),
    path("conclusions/<int:pk>/<slug:verb>/", things.conclusion_act, name="conclusion_act"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", bulletins.make, name="make_bulletin"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/matters/", bulletins.matters, name="bulletin_matters"),
    path("bulletins/<int:pk>/table.csv", bulletins.table, name="bulletin_table"),
    path("bulletins/<int:pk>/paper/", bulletins.write, name="write_bulletin"),
    path("lights/", lights.lights, name="lights"),
    path("lights/now/", lights.light_up, name="light_up"),
]
