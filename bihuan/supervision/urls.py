"""Addresses of supervision."""

from django.urls import path

from bihuan.supervision.views import bulletins, lights

app_name = "supervision"
urlpatterns = [
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", bulletins.make, name="make_bulletin"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/matters/", bulletins.matters, name="bulletin_matters"),
    path("bulletins/<int:pk>/table.csv", bulletins.table, name="bulletin_table"),
    path("bulletins/<int:pk>/paper/", bulletins.write, name="write_bulletin"),
    path("lights/", lights.lights, name="lights"),
    path("lights/now/", lights.light_up, name="light_up"),
]
