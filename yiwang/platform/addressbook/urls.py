"""The address book: organisation, persons, search."""

from django.urls import path

from yiwang.platform.addressbook import views

app_name = "addressbook"
urlpatterns = [
    path("", views.home, name="home"),
    path("pick/", views.pick, name="pick"),
    path("search/", views.search_persons, name="search"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/tree/", views.tree_level, name="tree_level"),
    path("units/<int:pk>/units/", views.unit_level, name="unit_level"),
    path("units/<int:pk>/members/", views.members, name="members"),
    path("persons/<int:pk>/", views.person, name="person"),
]
