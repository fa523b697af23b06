from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "bihuan.campaigns"
    label = "campaigns"
