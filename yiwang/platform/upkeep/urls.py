"""Keeping the address book true (通讯录维护)."""

from django.urls import path

from yiwang.platform.upkeep.views import corrections

app_name = "upkeep"
urlpatterns = [
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/mine/", corrections.my_reports, name="my_reports"),
    path("corrections/person/<int:person_id>/", corrections.report_person, name="report_person"),
    path("corrections/unit/<int:unit_id>/", corrections.report_unit, name="report_unit"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/withdraw/", corrections.withdraw, name="correction_withdraw"),
    path("corrections/<int:pk>/answer/<slug:act>/", corrections.answer, name="correction_answer"),
]
