"""To-dos (待办): what lies with the user, what he has handled, what he has started."""

from django.urls import path

from yiwang.platform.todos import views

app_name = "todos"
urlpatterns = [
    path("", views.todo, name="list"),
    path("toread/", views.toread, name="toread"),
    path("done/", views.done, name="done"),
    path("read/", views.read, name="read"),
    path("started/", views.started, name="started"),
    path("mark-read/", views.mark_read, name="mark_read"),
    path("<int:pk>/", views.open_item, name="open"),
]
