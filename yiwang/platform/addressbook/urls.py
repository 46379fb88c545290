"""The address book: organisation, persons, search; contacts; who sees whom."""

from django.urls import path

from yiwang.platform.addressbook.views import (
    book,
    contacts,
    emergency,
    looks,
    mobile,
    phonebook,
    proposing,
    seen_as,
    settings,
    ways,
)

app_name = "addressbook"
urlpatterns = [
    path("", book.home, name="home"),
    path("pick/", book.pick, name="pick"),
    path("pick/units/", book.pick_units, name="pick_units"),
    path("search/", book.search_persons, name="search"),
    path("units/<int:pk>/", book.unit, name="unit"),
    path("units/<int:pk>/tree/", book.tree_level, name="tree_level"),
    path("units/<int:pk>/units/", book.unit_level, name="unit_level"),
    path("units/<int:pk>/members/", book.members, name="members"),
    path("persons/<int:pk>/", book.person, name="person"),
    path("persons/<int:pk>/mobile/", mobile.mobile, name="mobile"),
    path("persons/<int:pk>/star/", ways.star, name="star"),
    path("units/<int:pk>/phonebook/", phonebook.phonebook, name="phonebook"),
    path("letters/", ways.letters, name="letters"),
    path("starred/", ways.starred, name="starred"),
    path("looks/mine/", looks.mine, name="my_looks"),
    path("looks/mine/mobile/", mobile.open_mobile, name="open_mobile"),
    path("looks/", looks.log, name="looks"),
    path("looks/mass/", looks.mass_views, name="mass_views"),
    path("looks/mass/<int:pk>/", looks.settle, name="settle_mass_view"),
    path("contacts/", contacts.contacts_page, name="contacts"),
    path("contacts/<int:pk>/<slug:act>/", contacts.contact_act, name="contact_act"),
    path("found/<str:ticket>/", contacts.stranger, name="stranger"),
    path("settings/", settings.settings, {"what": "rules"}, name="settings_home"),
    path("settings/add/<slug:addition>/", proposing.setting_add, name="setting_add"),
    path("settings/<slug:what>/", settings.settings, name="settings"),
    path("settings/<slug:what>/<int:pk>/", settings.setting, name="setting"),
    path("settings/<slug:what>/<int:pk>/trial/", settings.setting_trial, name="setting_trial"),
    path("settings/<slug:what>/<int:pk>/<slug:act>/", settings.setting_act, name="setting_act"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/open/", emergency.emergency_open, name="emergency_open"),
    path("emergency/<int:pk>/end/", emergency.emergency_end, name="emergency_end"),
    path("seen-as/", seen_as.choose, name="seen_as_choose"),
    path("seen-as/<int:person_pk>/<int:pk>/", seen_as.seen, name="seen_as"),
    path("seen-as/<int:person_pk>/search/", seen_as.search, name="seen_as_search"),
]
