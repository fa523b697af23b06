"""Addresses of what is laid to activities, and of rosters."""

from django.urls import path

from bihuan.activities.views import materials, photos, rosters

app_name = "materials"
urlpatterns = [
    path("activities/photos/", photos.wall, name="wall"),
    path("activities/photos/<int:pk>/<slug:size>.jpg", materials.photo, name="photo"),
    path("activities/rosters/", rosters.listing, name="rosters"),
    path("activities/rosters/<int:pk>/", rosters.roster, name="roster"),
    path("activities/rosters/<int:pk>/<slug:verb>/", rosters.act, name="roster_act"),
    path("activities/<int:pk>/materials/", materials.materials, name="materials"),
    path("activities/<int:pk>/materials/<slug:verb>/", materials.act, name="act"),
    path("activities/<int:pk>/files/<int:piece>/", materials.file, name="file"),
    path("photos/", photos.public_wall, name="public_wall"),
    path("photos/<int:pk>/<slug:size>.jpg", materials.public_photo, name="public_photo"),
]
