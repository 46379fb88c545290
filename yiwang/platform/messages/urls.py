"""Messages (消息), and the SMS simulator."""

from django.urls import path

from yiwang.platform.messages.views import batches, cards, inbox, notices, preferences, texts

app_name = "messages"
urlpatterns = [
    path("", inbox.unread, name="list"),
    path("all/", inbox.everything, name="all"),
    path("unconfirmed/", inbox.unconfirmed, name="unconfirmed"),
    path("cards/", cards.cards, name="cards"),
    path("cards/pictures/<int:pk>/", cards.picture, name="card_picture"),
    path("<int:pk>/card/", cards.card, name="card"),
    path("<int:pk>/card/press/", cards.press, name="card_press"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.detail, name="detail"),
    path("<int:pk>/confirm/", inbox.confirm, name="confirm"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sent/", notices.sent_list, name="sent"),
    path("sent/new/", notices.compose, name="compose"),
    path("sent/<int:pk>/", notices.sent_detail, name="sent_detail"),
    path("sent/<int:pk>/remind/", notices.remind, name="remind"),
    path("sent/<int:pk>/recall/", notices.recall, name="recall"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/new/", batches.compose, name="batch_new"),
    path("batches/usage/", batches.usage, name="usage"),
    path("batches/<int:pk>/", batches.detail, name="batch"),
    path("batches/<int:pk>/decide/", batches.decide, name="batch_decide"),
    path("batches/<int:pk>/cancel/", batches.cancel, name="batch_cancel"),
    path("texts/", texts.simulator, name="texts"),
]
