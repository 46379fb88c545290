"""Addresses of changes."""

from django.urls import path

from yiwang.platform.changes.views import handovers

app_name = "changes"
urlpatterns = [
    path("handovers/", handovers.given, name="handovers"),
    path("handovers/received/", handovers.received, name="handovers_received"),
    path("handovers/unit/", handovers.of_unit, name="handovers_unit"),
    path("handovers/new/", handovers.start, name="handover_start"),
    path("handovers/<int:pk>/", handovers.handover, name="handover"),
    path("handovers/<int:pk>/paper/", handovers.paper, name="handover_paper"),
    path("handovers/<int:pk>/decide/", handovers.decide, name="handover_decide"),
    path("handovers/<int:pk>/submit/", handovers.submit, name="handover_submit"),
    path("handovers/<int:pk>/receive/", handovers.receive, name="handover_receive"),
    path("handovers/<int:pk>/return/", handovers.send_back, name="handover_return"),
    path("handovers/<int:pk>/countersign/", handovers.countersign, name="handover_countersign"),
    path("handovers/<int:pk>/cancel/", handovers.cancel, name="handover_cancel"),
]
