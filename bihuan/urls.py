"""Every address of the installation."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bihuan.org.urls")),
    path("", include("bihuan.documents.urls")),
    path("matters/", include("bihuan.loop.urls")),
    path("supervision/", include("bihuan.supervision.urls")),
    path("exchange/", include("bihuan.exchange.urls")),
    path("places/", include("bihuan.places.urls")),
    path("workdays/", include("bihuan.workdays.urls")),
    path("campaigns/", include("bihuan.campaigns.urls")),
    path("closings/", include("bihuan.campaigns.closing_urls")),
    path("campaigns/", include("bihuan.activities.coverage_urls")),
    path("activities/", include("bihuan.activities.urls")),
    path("forms/", include("bihuan.statistics.urls")),
    path("", include("bihuan.activities.material_urls")),
    path("", include("bihuan.reports.urls")),
    path("", include("bihuan.messages.urls")),
    path("", include("bihuan.web.urls")),
    path("api/", include("bihuan.api.urls")),
]
