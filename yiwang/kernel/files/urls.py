"""Addresses of files."""

from django.urls import path

from yiwang.kernel.files import views

app_name = "files"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:file_id>/", views.download, name="download"),
    path("<uuid:file_id>/show/", views.show, name="show"),
    path("<uuid:file_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:file_id>/discard/", views.discard, name="discard"),
]
