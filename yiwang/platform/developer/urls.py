"""The developer site (开放平台): applications, their keys and callbacks, the guide and the reference."""

from django.urls import path

from yiwang.platform.developer.views import (
    applications,
    callbacks,
    checks,
    documents,
    keys,
    sandbox,
    traffic,
    trial,
)

app_name = "developer"
urlpatterns = [
    path("", applications.application_list, name="list"),
    path("register/", applications.register, name="register"),
    path("guide/", documents.guide, name="guide"),
    path("guide/<slug:chapter>/", documents.guide, name="chapter"),
    path("reference/", documents.reference, name="reference"),
    path("wecom/", documents.wecom, name="wecom"),
    path("changes/", documents.changes, name="changes"),
    path("postman.json", documents.postman, name="postman"),
    path("sandbox/", sandbox.application_list, name="sandbox"),
    path("sandbox/add/", sandbox.add, name="sandbox_add"),
    path("sandbox/people/", sandbox.people, name="sandbox_people"),
    path("sandbox/<int:pk>/", sandbox.detail, name="sandbox_detail"),
    path("sandbox/<int:pk>/<slug:act>/", sandbox.act, name="sandbox_act"),
    path("trial/", trial.trial, name="trial"),
    path("trial/token/", trial.token, name="trial_token"),
    path("<int:pk>/", applications.detail, name="detail"),
    path("<int:pk>/edit/", applications.edit, name="edit"),
    path("<int:pk>/state/", applications.move, name="move"),
    path("<int:pk>/members/", applications.add_member, name="add_member"),
    path("<int:pk>/members/<int:account_id>/remove/", applications.remove_member, name="remove_member"),
    path("<int:pk>/secrets/", keys.secrets, name="secrets"),
    path("<int:pk>/secrets/make/", keys.make_secret, name="make_secret"),
    path("<int:pk>/secrets/<int:secret_id>/end/", keys.end_secret, name="end_secret"),
    path("<int:pk>/signing-key/", keys.make_signing_key, name="make_signing_key"),
    path("<int:pk>/checks/", checks.checks, name="checks"),
    path("<int:pk>/usage/", traffic.usage, name="usage"),
    path("<int:pk>/calls/", traffic.calls, name="calls"),
    path("<int:pk>/callbacks/", callbacks.callback_list, name="callbacks"),
    path("<int:pk>/callbacks/add/", callbacks.add, name="add_callback"),
    path("<int:pk>/callbacks/<int:subscription_id>/<slug:act>/", callbacks.act, name="callback"),
    path("<int:pk>/deliveries/", callbacks.deliveries, name="deliveries"),
    path("<int:pk>/deliveries/replay/", callbacks.replay, name="replay"),
]
