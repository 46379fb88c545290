"""Addresses of todos."""

from django.urls import URLPattern

app_name = "todos"
urlpatterns: list[URLPattern] = []
