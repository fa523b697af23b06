from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "bihuan.statistics"
    label = "statistics"
