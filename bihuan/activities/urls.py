"""Addresses of what was done."""

from django.urls import path

from bihuan.activities.views import kinds, listing, offline, recording

app_name = "activities"
urlpatterns = [
    path("", listing.activities, name="activities"),
    path("kinds/", kinds.kinds, name="kinds"),
    path("kinds/new/", kinds.new, name="new_kind"),
    path("kinds/<slug:code>/", kinds.kind, name="kind"),
    path("kinds/<slug:code>/retire/", kinds.retire, name="retire_kind"),
    path("new/", recording.choose, name="choose"),
    path("new/worker.js", offline.worker, name="worker"),
    path("new/<slug:code>/", recording.report, name="report"),
    path("calendar/<int:pk>/", listing.calendar, name="calendar"),
    path("<int:pk>/", recording.activity, name="activity"),
    path("<int:pk>/correct/", recording.correct, name="correct"),
    path("<int:pk>/withdraw/", recording.withdraw, name="withdraw"),
    path("<int:pk>/safety-plan/", recording.safety_plan, name="safety_plan"),
]
