"""Addresses of campaigns' plans. What a campaign adds up to is at /campaigns/<pk>/ itself."""

from django.urls import path

from bihuan.campaigns.views import division, lists, plans, publishing, writing, years

app_name = "campaigns"
_ONE = "<int:pk>/plan/<int:number>/"
urlpatterns = [
    path("<int:pk>/plan/", plans.newest, name="newest"),
    path("<int:pk>/plan/basis/", plans.describe, name="describe"),
    path("<int:pk>/plan/lists/new/", plans.unit_list, name="new_list"),
    path("<int:pk>/plan/lists/<int:chosen>/", plans.unit_list, name="unit_list"),
    path("<int:pk>/plan/versions/", plans.versions, name="versions"),
    path("<int:pk>/lists/", lists.expected, name="expected"),
    path("<int:pk>/lists/new/", lists.issue, name="issue"),
    path("<int:pk>/lists/<int:chosen>/", lists.expected_list, name="expected_list"),
    path("<int:pk>/lists/<int:chosen>/remind/", lists.remind, name="remind"),
    path("<int:pk>/lists/<int:chosen>/reminding/", lists.reminding_by_itself, name="reminding"),
    path("<int:pk>/lists/<int:chosen>/withdraw/", lists.withdraw, name="withdraw"),
    path("<int:pk>/year/", years.year, name="year"),
    path("<int:pk>/year/nodes/", years.node, name="year_node"),
    path("<int:pk>/year/next/", years.following_year, name="following_year"),
    path(_ONE, plans.plan, name="plan"),
    path(_ONE + "version/", plans.new_version, name="new_version"),
    path(_ONE + "asked/", plans.ask, name="ask"),
    path(_ONE + "paragraphs/new/", writing.paragraph, name="new_paragraph"),
    path(_ONE + "paragraphs/<slug:key>/", writing.paragraph, name="paragraph"),
    path(_ONE + "paragraphs/<slug:key>/move/", writing.move, name="move_paragraph"),
    path(_ONE + "paragraphs/<slug:key>/drop/", writing.drop_paragraph, name="drop_paragraph"),
    path(_ONE + "duties/new/", writing.duty, name="new_duty"),
    path(_ONE + "duties/<slug:key>/", writing.duty, name="duty"),
    path(_ONE + "duties/<slug:key>/drop/", writing.drop_duty, name="drop_duty"),
    path(_ONE + "division/", division.division, name="division"),
    path(_ONE + "division/printed/", division.printed, name="printed"),
    path(_ONE + "division/table.xlsx", division.workbook, name="workbook"),
    path(_ONE + "import/", division.upload, name="upload"),
    path(_ONE + "import/template.xlsx", division.template, name="template"),
    path(_ONE + "import/<int:draft>/", division.preview, name="preview"),
    path(_ONE + "import/<int:draft>/choose/", division.choose, name="choose"),
    path(_ONE + "import/<int:draft>/take/", division.take, name="take"),
    path(_ONE + "import/<int:draft>/drop/", division.drop, name="drop"),
    path(_ONE + "check/", publishing.check, name="check"),
    path(_ONE + "prepare/", publishing.prepare, name="prepare"),
    path(_ONE + "take-back/", publishing.take_back, name="take_back"),
    path(_ONE + "publish/", publishing.publish, name="publish"),
]
