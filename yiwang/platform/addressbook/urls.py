"""The address book's pages."""

from django.urls import URLPattern

app_name = "addressbook"
urlpatterns: list[URLPattern] = []
