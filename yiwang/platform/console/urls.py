"""The console (管理后台): pages for administrators, on PC."""

from django.urls import path

from yiwang.platform.console.views import accounts, history, home, lists, ordering, roster, tree, workdays

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", lists.accounts, name="accounts"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account"),
    path("accounts/<int:pk>/code/", accounts.issue_code, name="account_code"),
    path("accounts/<int:pk>/verify/", accounts.verify, name="account_verify"),
    path("accounts/<int:pk>/suspend/", accounts.suspend, name="account_suspend"),
    path(
        "accounts/<int:pk>/suspension/call-off/",
        accounts.call_off_suspension,
        name="account_suspension_call_off",
    ),
    path("accounts/<int:pk>/close/", accounts.close, name="account_close"),
    path("accounts/<int:pk>/resume/", accounts.resume, name="account_resume"),
    path("accounts/<int:pk>/unlock/", accounts.unlock, name="account_unlock"),
    path("accounts/<int:pk>/grants/", accounts.add_grant, name="grant_add"),
    path("accounts/<int:pk>/grants/<int:grant_pk>/withdraw/", accounts.withdraw_grant, name="grant_withdraw"),
    path("audit/", lists.audit_log, name="audit"),
    path("numbers/", lists.void_numbers, name="numbers"),
    path("people/", roster.people, name="people"),
    path("people/<int:pk>/", roster.person, name="person"),
    path("schedules/", lists.schedules, name="schedules"),
    path("tree/", tree.tree, name="tree"),
    path("tree/find/", tree.find, name="tree_find"),
    path("tree/history/", history.of_day, name="tree_history"),
    path("tree/history/<int:pk>/level/", history.level, name="tree_history_level"),
    path("tree/differences/", history.differences, name="tree_differences"),
    path("tree/<int:pk>/", tree.unit, name="tree_unit"),
    path("tree/<int:pk>/level/", tree.level, name="tree_level"),
    path("tree/<int:pk>/order/", ordering.children, name="tree_order"),
    path("tree/<int:pk>/members/order/", ordering.members, name="tree_members"),
    path("workdays/", workdays.year, name="workdays"),
    path("workdays/import/", workdays.import_year, name="workdays_import"),
    path("workdays/template/", workdays.template, name="workdays_template"),
]
