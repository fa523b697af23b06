from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "bihuan.places"
    label = "places"
