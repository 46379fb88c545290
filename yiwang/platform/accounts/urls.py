"""Login and my account."""

from django.urls import path

from yiwang.platform.accounts.views import administration, login, me, own

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
    path("me/contact/", own.contact, name="contact"),
    path("me/spelling/", own.spelling, name="spelling"),
    path("me/photo/", own.photo, name="photo"),
    path("me/photo/remove/", own.remove_photo, name="photo_remove"),
    path("me/mobile/", own.mobile, name="mobile"),
    path("me/mobile/code/", own.mobile_code, name="mobile_code"),
    path("me/mobile/cancel/", own.cancel_mobile, name="mobile_cancel"),
    path("me/mobile/release/<int:pk>/", own.release_mobile, name="mobile_release"),
    path("me/mobile/refuse/<int:pk>/", own.refuse_mobile, name="mobile_refuse"),
    path("me/data/", own.data, name="data"),
    path("me/data/export/", own.export_data, name="data_export"),
    path("people/<int:pk>/photo/", own.photo_of, name="photo_of"),
    path("me/devices/", me.devices, name="devices"),
    path("me/devices/<int:pk>/end/", me.end_session, name="end_session"),
    path("me/devices/logout-others/", me.logout_others, name="logout_others"),
    path("me/devices/logout-everywhere/", me.logout_everywhere, name="logout_everywhere"),
    path("me/password/", me.password, name="password"),
    path("me/post/", me.switch_post, name="switch_post"),
]
