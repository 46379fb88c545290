"""What todos give to the platform."""

from yiwang.kernel.extension.api import ApiRouter, api_routers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.jobs import daily, every, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.open_calls import Scope, open_event_kinds, open_job_kinds, scopes
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import RoleExtra, role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.platform.accounts.vocabulary import SYSTEM_ADMINISTRATOR
from yiwang.platform.org import hooks as org
from yiwang.platform.todos import hooks, jobs, queries, vocabulary
from yiwang.platform.todos.actions import handing, standing, telling
from yiwang.platform.todos.api import applications
from yiwang.platform.todos.queries import claims

audit_verbs.add_all(vocabulary.VERBS)
todo_types.add_all(vocabulary.OPEN_TYPES)
scopes.add(Scope("todos.push", "统一待办", "创建、更新、办结、撤销待办，对账，接收办理事件"))
api_routers.add(ApiRouter("todos.applications", "/todos", applications.router))
open_job_kinds.add(applications.BATCH)
open_event_kinds.add_all((*telling.EVENTS, *standing.EVENTS))
message_kinds.add_all(vocabulary.MESSAGES)
hooks.was_read.add(telling.tell_read)
hooks.passed_on.add(telling.tell_passed_on)
hooks.quick_asked.add(telling.tell_quick_asked)
permissions.add(vocabulary.READ_REPORTS)
role_extras.add(RoleExtra("todos.system_administrator", SYSTEM_ADMINISTRATOR.key, (vocabulary.READ_REPORTS,)))
schedules.add(every("todos.forget_early", "清理先到的办结", minutes=10, run=jobs.forget_early))
schedules.add(daily("todos.check_links", "抽查待办链接", at="03:20", run=jobs.check_links))
menu.add(
    MenuEntry(
        "todos",
        "待办",
        url_name="todos:list",
        icon="checklist",
        order=4,
        staff_only=False,
        tab=True,
        tool=True,
    )
)
menu.add(
    MenuEntry(
        "todos_reports",
        "待办运行情况",
        url_name="todos:reports",
        icon="chart-bar",
        order=836,
        group="管理后台",
        permission=vocabulary.READ_REPORTS.key,
    )
)
badges.add(Badge("todos", "待办", queries.TODO_NUMBER))
badges.add(Badge("todos_claimable", "待认领", claims.CLAIM_NUMBER))
badges.add(Badge("todos_toread", "待阅", queries.TOREAD_NUMBER))
widgets.add(Widget("todos.mine", "我的待办", "todos/_widget.html", context=queries.widget, order=10))
holdings.add(
    Holding(
        "todos.open",
        "未办结待办",
        of_person=queries.held_by,
        of_unit=queries.held_in,
        hand_over=lambda person, ids, to, actor: handing.hand_over(person, ids, to, actor=actor),
        move_to_unit=lambda path, target, actor: handing.move_to_unit(path, target, actor=actor),
        blocks_revocation=True,
        order=10,
    )
)
org.post_moved.add(handing.follow_post)
