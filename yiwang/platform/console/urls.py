"""The console (管理后台): pages for administrators, on PC."""

from django.urls import path

from yiwang.platform.console.views import accounts, home, lists, workdays

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", lists.accounts, name="accounts"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account"),
    path("accounts/<int:pk>/code/", accounts.issue_code, name="account_code"),
    path("accounts/<int:pk>/verify/", accounts.verify, name="account_verify"),
    path("accounts/<int:pk>/suspend/", accounts.suspend, name="account_suspend"),
    path("accounts/<int:pk>/resume/", accounts.resume, name="account_resume"),
    path("accounts/<int:pk>/unlock/", accounts.unlock, name="account_unlock"),
    path("accounts/<int:pk>/grants/", accounts.add_grant, name="grant_add"),
    path("accounts/<int:pk>/grants/<int:grant_pk>/withdraw/", accounts.withdraw_grant, name="grant_withdraw"),
    path("audit/", lists.audit_log, name="audit"),
    path("numbers/", lists.void_numbers, name="numbers"),
    path("schedules/", lists.schedules, name="schedules"),
    path("workdays/", workdays.year, name="workdays"),
    path("workdays/import/", workdays.import_year, name="workdays_import"),
    path("workdays/template/", workdays.template, name="workdays_template"),
]
