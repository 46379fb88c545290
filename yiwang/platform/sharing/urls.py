"""Sharing with the municipal address book (市级共享)."""

from django.urls import path

from yiwang.platform.sharing.views import channel, shares

app_name = "sharing"
urlpatterns = [
    path("", shares.shares, name="shares"),
    path("new/", shares.write, name="new"),
    path("records/", channel.records, name="records"),
    path("channel/", channel.channel, name="channel"),
    path("channel/push/", channel.push, name="push"),
    path("channel/compare/", channel.compare, name="compare"),
    path("<int:pk>/", shares.share, name="share"),
    path("<int:pk>/edit/", shares.write, name="edit"),
    path("<int:pk>/submit/", shares.submit, name="submit"),
    path("<int:pk>/discard/", shares.discard, name="discard"),
    path("<int:pk>/withdraw/", shares.withdraw, name="withdraw"),
    path("<int:pk>/renew/", shares.renew, name="renew"),
    path("<int:pk>/people/", shares.people, name="people"),
]
