"""The console (管理后台): pages for administrators, on PC."""

from django.urls import URLPattern

app_name = "console"
urlpatterns: list[URLPattern] = []
