"""Tags (标签管理)."""

from django.urls import path

from yiwang.platform.tags.views import members, picks, rule, shares, tags, words

app_name = "tags"
urlpatterns = [
    path("", tags.tag_list, name="list"),
    path("pick/", picks.pick, name="pick"),
    path("preview/", rule.preview, name="preview"),
    path("new/<slug:kind>/", tags.make, name="make"),
    path("words/", words.word_list, name="words"),
    path("words/add/", words.word_add, name="word_add"),
    path("words/<int:pk>/remove/", words.word_remove, name="word_remove"),
    path("<int:pk>/", tags.detail, name="detail"),
    path("<int:pk>/edit/", tags.edit, name="edit"),
    path("<int:pk>/suspend/", tags.suspend, name="suspend"),
    path("<int:pk>/resume/", tags.resume, name="resume"),
    path("<int:pk>/delete/", tags.delete, name="delete"),
    path("<int:pk>/members/", members.tag_members, name="members"),
    path("<int:pk>/members/add/", members.add, name="members_add"),
    path("<int:pk>/members/paste/", members.paste, name="members_paste"),
    path("<int:pk>/members/remove/", members.remove, name="members_remove"),
    path("<int:pk>/people/", members.people, name="people"),
    path("<int:pk>/shares/", shares.shares, name="shares"),
    path("<int:pk>/shares/<int:unit_pk>/end/", shares.unshare, name="unshare"),
    path("<int:pk>/uses/", shares.uses, name="uses"),
]
