"""Addresses of what is laid to activities, and of rosters."""

from django.urls import path

from bihuan.activities.views import certificates, materials, photos, publicity, rosters, sheets

app_name = "materials"
urlpatterns = [
    path("activities/photos/", photos.wall, name="wall"),
    path("activities/photos/<int:pk>/<slug:size>.jpg", materials.photo, name="photo"),
    path("activities/placements/", publicity.placements, name="placements"),
    path("activities/rosters/", rosters.listing, name="rosters"),
    path("activities/rosters/certificates/", certificates.listing, name="certificates"),
    path("activities/rosters/certificates/table/", certificates.table, name="certificates_table"),
    path("activities/rosters/sheets/<int:pk>/", sheets.preview, name="sheet"),
    path("activities/rosters/sheets/<int:pk>/take/", sheets.take, name="sheet_take"),
    path("activities/rosters/sheets/<int:pk>/drop/", sheets.drop, name="sheet_drop"),
    path("activities/rosters/<int:pk>/sheet/", sheets.upload, name="sheet_upload"),
    path("activities/rosters/<int:pk>/table/", sheets.table, name="roster_table"),
    path("activities/rosters/<int:pk>/", rosters.roster, name="roster"),
    path("activities/rosters/<int:pk>/<slug:verb>/", rosters.act, name="roster_act"),
    path("activities/<int:pk>/materials/", materials.materials, name="materials"),
    path("activities/<int:pk>/materials/<slug:verb>/", materials.act, name="act"),
    path("activities/<int:pk>/files/<int:piece>/", materials.file, name="file"),
    path("photos/", photos.public_wall, name="public_wall"),
    path("photos/<int:pk>/<slug:size>.jpg", materials.public_photo, name="public_photo"),
]
