from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "bihuan.workdays"
    label = "workdays"
