"""Addresses of people, units and accounts."""

from django.urls import path

from bihuan.org.views import account, people, posts, roster, security, units

app_name = "org"
urlpatterns = [
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password, name="password"),
    path("me/", account.me, name="me"),
    path("me/tokens/", account.new_token, name="new_token"),
    path("me/tokens/<int:pk>/end/", account.end_token, name="end_token"),
    path("org/units/", units.units, name="units"),
    path("org/units/new/", units.new_unit, name="new_unit"),
    path("org/units/options/", units.unit_options, name="unit_options"),
    path("org/units/<int:pk>/", units.unit, name="unit"),
    path("org/units/<int:pk>/rename/", units.rename_unit, name="rename_unit"),
    path("org/units/<int:pk>/merge/", units.merge_unit, name="merge_unit"),
    path("org/units/<int:pk>/close/", units.close_unit, name="close_unit"),
    path("org/units/<int:pk>/sections/", units.new_section, name="new_section"),
    path("org/people/", people.people, name="people"),
    path("org/people/new/", people.new_person, name="new_person"),
    path("org/people/options/", people.person_options, name="person_options"),
    path("org/people/<int:pk>/", people.person, name="person"),
    path("org/people/<int:pk>/change/", people.change_person, name="change_person"),
    path("org/people/<int:pk>/appoint/", posts.appoint, name="appoint"),
    path("org/people/<int:pk>/grant/", posts.grant, name="grant"),
    path("org/people/<int:pk>/account/", posts.open_account, name="open_account"),
    path("org/people/<int:pk>/account/reset/", posts.reset_password, name="reset_password"),
    path("org/people/<int:pk>/account/close/", posts.close_account, name="close_account"),
    path("org/people/<int:pk>/account/reopen/", posts.reopen_account, name="reopen_account"),
    path("org/people/<int:pk>/account/unlock/", posts.unlock_account, name="unlock_account"),
    path("org/posts/<int:pk>/hand-over/", posts.hand_over, name="hand_over"),
    path("org/posts/<int:pk>/end/", posts.end_post, name="end_post"),
    path("org/roles/<int:pk>/revoke/", posts.revoke, name="revoke"),
    path("org/roster/", roster.roster, name="roster"),
    path("org/roster/template.xlsx", roster.roster_template, name="roster_template"),
    path("org/roster/export.xlsx", roster.roster_export, name="roster_export"),
    path("org/roster/slips.csv", roster.roster_slips, name="roster_slips"),
    path("org/roster/<int:pk>/", roster.roster_preview, name="roster_preview"),
    path("org/roster/<int:pk>/rows/", roster.roster_rows, name="roster_rows"),
    path("org/roster/<int:pk>/drop/", roster.roster_drop, name="roster_drop"),
    path("org/roster/<int:pk>/take/", roster.roster_take, name="roster_take"),
    path("org/policy/", security.policy, name="policy"),
    path("org/sign-ins/", security.sign_ins, name="sign_ins"),
]
