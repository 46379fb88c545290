"""Approvals: one's own lists, the way to a task, acts, deputies, the pages of who looks after procedures."""

from django.urls import path

from yiwang.platform.approvals.views import acts, console, deputies, mine, pages

app_name = "approvals"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("handled/", mine.handled, name="handled"),
    path("submitted/", mine.submitted, name="submitted"),
    path("tasks/<int:pk>/", pages.task, name="task"),
    path("tasks/<int:pk>/seen/", pages.seen, name="seen"),
    path("tasks/<int:pk>/<slug:act>/", acts.task_act, name="task_act"),
    path("instances/<int:pk>/", pages.instance, name="instance"),
    path("instances/<int:pk>/<slug:act>/", acts.instance_act, name="instance_act"),
    path("deputies/", deputies.deputies_page, name="deputies"),
    path("deputies/add/", deputies.deputy_add, name="deputy_add"),
    path("deputies/<int:pk>/end/", deputies.deputy_end, name="deputy_end"),
    path("monitor/", console.monitor_page, name="monitor"),
    path("definitions/", console.definitions_page, name="definitions"),
    path("definitions/<str:procedure>/", console.definition, name="definition"),
]
