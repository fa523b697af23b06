from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "bihuan.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"
