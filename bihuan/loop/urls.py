"""Addresses of matters."""

from __future__ import annotations

from django.urls import path

from bihuan.loop.views import ledger, matter, mine, retiming

app_name = "loop"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("ledger.xlsx", ledger.export, name="export"),
    path("mine/", mine.mine, name="mine"),
    path("mine/hand-over/", mine.hand_over, name="hand_over"),
    path("retiming/", retiming.retiming, name="retiming"),
    path("retiming/done/", retiming.retime, name="retime"),
    path("<int:pk>/", matter.matter, name="matter"),
    path("<int:pk>/evidence/<int:piece>/", matter.evidence, name="evidence"),
    path("<int:pk>/<slug:verb>/", matter.act, name="act"),
]
