"""Messages (消息), and the SMS simulator."""

from django.urls import path

from yiwang.platform.messages.views import inbox, texts

app_name = "messages"
urlpatterns = [
    path("", inbox.unread, name="list"),
    path("all/", inbox.everything, name="all"),
    path("unconfirmed/", inbox.unconfirmed, name="unconfirmed"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.detail, name="detail"),
    path("<int:pk>/confirm/", inbox.confirm, name="confirm"),
    path("texts/", texts.simulator, name="texts"),
]
