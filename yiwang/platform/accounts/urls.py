"""Login and my account."""

from django.urls import path

from yiwang.platform.accounts.views import administration, login, me

app_name = "accounts"
urlpatterns = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("activate/", login.activate, name="activate"),
    path("activate/by-text/", login.activate_by_text, name="activate_by_text"),
    path("activate/by-text/code/", login.activation_text, name="activation_text"),
    path("activate/<str:ticket>/", login.activate_confirm, name="activate_confirm"),
    path("administration/", administration.enter, name="administration"),
    path("administration/end/", administration.leave, name="administration_end"),
    path("me/", me.card, name="card"),
    path("me/devices/", me.devices, name="devices"),
    path("me/devices/<int:pk>/end/", me.end_session, name="end_session"),
    path("me/devices/logout-others/", me.logout_others, name="logout_others"),
    path("me/devices/logout-everywhere/", me.logout_everywhere, name="logout_everywhere"),
    path("me/password/", me.password, name="password"),
    path("me/post/", me.switch_post, name="switch_post"),
]
