from django.urls import path

from bihuan.exchange.views import inbox, peers, receiving, reporting

app_name = "exchange"
urlpatterns = [
    path("", reporting.room, name="room"),
    path("close/", reporting.close, name="close"),
    path("reportings/<int:pk>/", reporting.reporting, name="reporting"),
    path("reportings/<int:pk>/erratum/", reporting.erratum, name="erratum"),
    path("reportings/<int:pk>/lines/<slug:key>/", reporting.line, name="line"),
    path("issues/<int:pk>/<slug:verb>/", reporting.issue_act, name="issue_act"),
    path("questions/<int:pk>/answer/", reporting.answer, name="answer"),
    path("bundles/", reporting.log, name="log"),
    path("bundles/<int:pk>/", reporting.bundle, name="bundle"),
    path("bundles/<int:pk>/<slug:verb>/", reporting.bundle_act, name="bundle_act"),
    path("received/", receiving.received_list, name="received_list"),
    path("received/<int:pk>/", receiving.received, name="received"),
    path("intakes/", receiving.intakes, name="intakes"),
    path("intakes/<int:pk>/", receiving.intake, name="intake"),
    path("intakes/<int:pk>/<slug:verb>/", receiving.intake_act, name="intake_act"),
    path("take/", receiving.take, name="take"),
    path("peers/", peers.peers, name="peers"),
    path("peers/identity/", peers.identity, name="identity"),
    path("peers/new/", peers.new_peer, name="new_peer"),
    path("peers/<int:pk>/<slug:verb>/", peers.peer_act, name="peer_act"),
    path("inbox/", inbox.inbox, name="inbox"),
]
