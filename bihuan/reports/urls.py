"""Addresses of reports, of what they add up to, and of the public check of a paper."""

from django.urls import path

from bihuan.reports.views import campaigns, earlier, past, reading, submissions, verification

app_name = "reports"
urlpatterns = [
    path("submissions/", submissions.submissions, name="submissions"),
    path("submissions/new/", submissions.hand_in, name="hand_in"),
    path("submissions/<int:pk>/", reading.submission, name="submission"),
    path("submissions/<int:pk>/readings/<int:proposal>/", reading.reading, name="reading"),
    path("submissions/<int:pk>/decide-all/", submissions.decide_all, name="decide_all"),
    path("submissions/<int:pk>/confirm/", submissions.confirm, name="confirm"),
    path("submissions/<int:pk>/return/", submissions.return_, name="return"),
    path("submissions/<int:pk>/accept/", submissions.accept, name="accept"),
    path("submissions/<int:pk>/compose/", submissions.compose, name="compose"),
    path("verify/", verification.verify, name="verify"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/table.csv", campaigns.table, name="table"),
    path("campaigns/<int:pk>/doubts/", campaigns.doubts, name="doubts"),
    path("campaigns/<int:pk>/earlier/", earlier.earlier, name="earlier"),
    path("campaigns/<int:pk>/earlier/<int:region>/", earlier.row, name="earlier_row"),
    path("campaigns/<int:pk>/past/", past.past, name="past"),
    path("campaigns/<int:pk>/past/template/", past.template, name="past_template"),
    path("campaigns/<int:pk>/past/<int:draft>/", past.preview, name="past_preview"),
    path("campaigns/<int:pk>/past/<int:draft>/settle/", past.settle, name="past_settle"),
    path("campaigns/<int:pk>/past/<int:draft>/take/", past.take, name="past_take"),
    path("campaigns/<int:pk>/past/<int:draft>/drop/", past.drop, name="past_drop"),
    path("campaigns/<int:pk>/past/values/<int:figure>/withdraw/", past.withdraw, name="past_withdraw"),
    path("campaigns/<int:pk>/<int:region>/doubt/", campaigns.answer_doubt, name="answer_doubt"),
    path("campaigns/<int:pk>/<int:region>/", campaigns.making, name="making"),
    path("facts/<slug:public_id>/", campaigns.fact, name="fact"),
]
