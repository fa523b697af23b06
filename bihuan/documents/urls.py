"""Addresses of official papers and of the public check."""

from django.urls import path

from bihuan.documents.views import check, desk, editing

app_name = "documents"
urlpatterns = [
    path("papers/", desk.papers, name="papers"),
    path("papers/<int:pk>/", desk.paper, name="paper"),
    path("papers/<int:pk>/pages/<int:number>.png", desk.picture, name="picture"),
    path("papers/<int:pk>/draft.docx", desk.draft_file, name="draft_file"),
    path("papers/<int:pk>/edit/", editing.edit, name="edit"),
    path("papers/<int:pk>/take-back/", editing.take_back, name="take_back"),
    path("papers/<int:pk>/take-back/confirm/", editing.confirm, name="confirm"),
    path("papers/<int:pk>/check/", desk.check, name="check"),
    path("papers/<int:pk>/send-back/", desk.send_back, name="send_back"),
    path("papers/<int:pk>/discard/", desk.discard, name="discard"),
    path("papers/<int:pk>/sign/", desk.sign, name="sign"),
    path("papers/<int:pk>/print/", desk.print_again, name="print_again"),
    path("papers/<int:pk>/deliver/", desk.deliver, name="deliver"),
    path("papers/<int:pk>/receive/<int:unit>/", desk.receive, name="receive"),
    path("papers/<slug:code>.<slug:kind>", desk.file, name="file"),
    path("check/", check.index, name="check_index"),
    path("check/<slug:code>/", check.checked, name="checked"),
]
