"""Imports (批量导入): the same pages for everything that can be imported."""

from django.urls import path

from yiwang.kernel.imports import views

app_name = "imports"
urlpatterns = [
    path("runs/<uuid:pk>/", views.run, name="run"),
    path("runs/<uuid:pk>/progress/", views.progress, name="progress"),
    path("runs/<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("runs/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("runs/<uuid:pk>/errors/", views.errors, name="errors"),
    path("<str:kind>/", views.upload, name="upload"),
    path("<str:kind>/template/", views.template, name="template"),
]
