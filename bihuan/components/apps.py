from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    name = "bihuan.components"
    label = "components"
