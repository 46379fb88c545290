"""Home, work bench, help, and the search box of the top bar."""

from django.urls import path

from yiwang.platform.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("apps/", views.workbench, name="workbench"),
    path("help/", views.help_page, name="help"),
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
]
