"""Addresses of registers and places."""

from __future__ import annotations

from django.urls import path

from bihuan.places.views import importing, kinds, places, registers

app_name = "places"
urlpatterns = [
    path("", registers.overview, name="registers"),
    path("list/", registers.listing, name="list"),
    path("export.xlsx", registers.export, name="export"),
    path("options/", places.options, name="options"),
    path("kinds/", kinds.kinds, name="kinds"),
    path("kinds/new/", kinds.new, name="new_kind"),
    path("kinds/<slug:code>/", kinds.kind, name="kind"),
    path("new/", places.new, name="new"),
    path("<int:pk>/", places.place, name="place"),
    path("<int:pk>/amend/", places.amend, name="amend"),
    path("<int:pk>/rename/", places.rename, name="rename"),
    path("<int:pk>/move/", places.move, name="move"),
    path("<int:pk>/merge/", places.merge, name="merge"),
    path("<int:pk>/close/", places.close, name="close"),
    path("<int:pk>/reopen/", places.reopen, name="reopen"),
    path("import/", importing.upload, name="import"),
    path("import/template.xlsx", importing.template, name="template"),
    path("import/<int:pk>/", importing.preview, name="preview"),
    path("import/<int:pk>/drop/", importing.drop, name="drop"),
    path("import/<int:pk>/take/", importing.take, name="take"),
]
