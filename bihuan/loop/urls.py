"""Addresses of matters."""

from __future__ import annotations

from django.urls import path

from bihuan.loop.views import importing, ledger, matter, mine, retiming

app_name = "loop"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("import/", importing.upload, name="import"),
    path("import/template.xlsx", importing.template, name="import_template"),
    path("import/<int:pk>/", importing.preview, name="import_preview"),
    path("import/<int:pk>/rows/", importing.rows, name="import_rows"),
    path("import/<int:pk>/take/", importing.take, name="import_take"),
    path("import/<int:pk>/drop/", importing.drop, name="import_drop"),
    path("ledger.xlsx", ledger.export, name="export"),
    path("mine/", mine.mine, name="mine"),
    path("mine/hand-over/", mine.hand_over, name="hand_over"),
    path("retiming/", retiming.retiming, name="retiming"),
    path("retiming/done/", retiming.retime, name="retime"),
    path("<int:pk>/", matter.matter, name="matter"),
    path("<int:pk>/evidence/<int:piece>/", matter.evidence, name="evidence"),
    path("<int:pk>/<slug:verb>/", matter.act, name="act"),
]
