"""To-dos (待办): what lies with the user, what he has handled, what he has started."""

from django.urls import path

from yiwang.platform.todos.views import acts, lists, reports

app_name = "todos"
urlpatterns = [
    path("", lists.todo, name="list"),
    path("claimable/", lists.claimable, name="claimable"),
    path("toread/", lists.toread, name="toread"),
    path("done/", lists.done, name="done"),
    path("read/", lists.read, name="read"),
    path("started/", lists.started, name="started"),
    path("followed/", lists.followed, name="followed"),
    path("mark-read/", acts.mark_read, name="mark_read"),
    path("<int:pk>/", acts.open_item, name="open"),
    path("<int:pk>/detail/", acts.detail, name="detail"),
    path("<int:pk>/waiting/", acts.waiting, name="waiting"),
    path("<int:pk>/claim/", acts.claim, name="claim"),
    path("<int:pk>/release/", acts.release, name="release"),
    path("<int:pk>/transfer/", acts.transfer, name="transfer"),
    path("<int:pk>/follow/", acts.follow, name="follow"),
    path("<int:pk>/quick/", acts.quick_act, name="quick_act"),
    path("items/<int:pk>/unfollow/", acts.unfollow, name="unfollow"),
    path("reports/", reports.overview, name="reports"),
    path("reports/<str:app>/", reports.differences, name="differences"),
]
