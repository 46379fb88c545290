"""Messages (消息), and the SMS simulator."""

from django.urls import path

from yiwang.platform.messages.views import batches, cards, inbox, notices, preferences, reach, texts

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
    path("reach/", reach.reaches, name="reaches"),
    path("reach/live/", reach.live, name="reach_live"),
    path("reach/<int:pk>/", reach.board, name="reach"),
    path("reach/<int:pk>/hasten/", reach.hasten, name="reach_hasten"),
    path("reach/<int:pk>/stop/", reach.stop, name="reach_stop"),
    path("reach/<int:pk>/units/<int:unit>/", reach.unit_page, name="reach_unit"),
    path("reach/<int:pk>/units/<int:unit>/called/", reach.called, name="reach_called"),
    path("reach/<int:pk>/relay/", reach.relay, name="reach_relay"),
    path("reach/<int:pk>/relayed/", reach.relayed, name="reach_relayed"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/new/", batches.compose, name="batch_new"),
    path("batches/usage/", batches.usage, name="usage"),
    path("batches/<int:pk>/", batches.detail, name="batch"),
    path("batches/<int:pk>/decide/", batches.decide, name="batch_decide"),
    path("batches/<int:pk>/cancel/", batches.cancel, name="batch_cancel"),
    path("texts/", texts.simulator, name="texts"),
]
