"""Keeping the address book true (通讯录维护)."""

from django.urls import path

from yiwang.platform.upkeep.views import corrections, due, figures, quarter, samples

app_name = "upkeep"
urlpatterns = [
    path("", due.changes, name="due"),
    path("known/new/", due.register, name="known_new"),
    path("known/<int:pk>/", due.known, name="known"),
    path("known/<int:pk>/<slug:act>/", due.settle, name="known_settle"),
    path("checks/", quarter.checks, name="checks"),
    path("checks/<int:pk>/", quarter.check, name="check"),
    path("checks/<int:pk>/people/", quarter.people, name="check_people"),
    path("checks/<int:pk>/confirm/", quarter.confirm, name="check_confirm"),
    path("checks/<int:pk>/paper/", quarter.paper, name="check_paper"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/mine/", corrections.my_reports, name="my_reports"),
    path("corrections/person/<int:person_id>/", corrections.report_person, name="report_person"),
    path("corrections/unit/<int:unit_id>/", corrections.report_unit, name="report_unit"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/withdraw/", corrections.withdraw, name="correction_withdraw"),
    path("corrections/<int:pk>/answer/<slug:act>/", corrections.answer, name="correction_answer"),
    path("figures/", figures.figures, name="figures"),
    path("gaps/", figures.gap_list, name="gaps"),
    path("own/", figures.own, name="own"),
    path("samples/", samples.sample_list, name="samples"),
    path("samples/draw/", samples.draw, name="sample_draw"),
    path("samples/<int:pk>/", samples.sample, name="sample"),
    path("samples/persons/<int:pk>/", samples.sampled, name="sampled"),
]
