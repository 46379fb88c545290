"""Addresses of changes."""

from django.urls import path

from yiwang.platform.changes.views import handovers, temporary_accounts, unit_forms, units

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
    path("units/", units.unit_changes, name="unit_changes"),
    path("units/new/", unit_forms.choose, name="unit_change_choose"),
    path("units/new/<slug:kind>/", unit_forms.write, name="unit_change_write"),
    path("units/options/", unit_forms.options, name="unit_options"),
    path("units/<int:pk>/", units.unit_change, name="unit_change"),
    path("units/<int:pk>/edit/", unit_forms.edit, name="unit_change_edit"),
    path("units/<int:pk>/places/", unit_forms.places, name="unit_change_places"),
    path("units/<int:pk>/preview/", units.preview, name="unit_change_preview"),
    path("units/<int:pk>/submit/", units.submit, name="unit_change_submit"),
    path("units/<int:pk>/cancel/", units.cancel, name="unit_change_cancel"),
    path("units/<int:pk>/retry/", units.retry, name="unit_change_retry"),
    path("units/<int:pk>/copy/", units.copy, name="unit_change_copy"),
    path("units/<int:pk>/discard/", units.discard, name="unit_change_discard"),
    path("temporary/", temporary_accounts.requests, name="temporary_requests"),
    path("temporary/new/", temporary_accounts.write, name="temporary_new"),
    path("temporary/extend/<int:account_pk>/", temporary_accounts.extend, name="temporary_extend"),
    path("temporary/<int:pk>/", temporary_accounts.detail, name="temporary_request"),
    path("temporary/<int:pk>/edit/", temporary_accounts.write, name="temporary_edit"),
    path("temporary/<int:pk>/submit/", temporary_accounts.submit, name="temporary_submit"),
    path("temporary/<int:pk>/discard/", temporary_accounts.discard, name="temporary_discard"),
    path("temporary/<int:pk>/retry/", temporary_accounts.retry, name="temporary_retry"),
    path("temporary/<int:pk>/amend/", temporary_accounts.amend, name="temporary_amend"),
]
