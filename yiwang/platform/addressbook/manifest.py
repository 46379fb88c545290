"""What the address book gives to the platform."""

from django.apps import apps
from django.db.models.signals import post_migrate

from yiwang.kernel.extension.api import ApiRouter, api_routers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.open_calls import (
    OpenEventKind,
    Scope,
    open_event_kinds,
    scopes,
    wecom_calls,
)
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.search import SearchSource, search_sources
from yiwang.kernel.extension.visibility import SightPolicy, sight_policies
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.platform.accounts import hooks as accounts
from yiwang.platform.addressbook import api, jobs, vocabulary
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.api import applications, explaining, wecom
from yiwang.platform.addressbook.queries import canaries, looks, proposals, suggestions, visibility, withheld
from yiwang.platform.addressbook.views import suggesting
from yiwang.platform.org.hooks import projected, tree_changed

audit_verbs.add_all(vocabulary.VERBS)
message_kinds.add_all(vocabulary.MESSAGE_KINDS)
permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
api_routers.add(ApiRouter("addressbook.persons", "/persons", api.persons))
api_routers.add(ApiRouter("addressbook.units", "/units", api.organisation))
api_routers.add(ApiRouter("addressbook.applications", "/directory", applications.router))
scopes.add(Scope("addressbook.read", "通讯录同步", "读取授权范围内的机构、人员和授权字段，接收增量变化"))
wecom_calls.add_all(wecom.CALLS)
open_event_kinds.add(
    OpenEventKind(
        "addressbook.changed",
        "通讯录有变化",
        "授权范围内的机构或人员有变化，请带上保存的 cursor 获取增量",
        '{"latest": "10482"}',
    )
)
schedules.add(every("addressbook.tell_followers", "告知应用通讯录变化", minutes=1, run=jobs.tell_followers))
api_routers.add(ApiRouter("addressbook.visibility", "/visibility", explaining.router))
menu.add(MenuEntry("addressbook", "通讯录", "addressbook:home", "address-book", order=20, tab=True))
menu.add(MenuEntry("addressbook_contacts", "联系人", "addressbook:contacts", "users", order=21))
menu.add(
    MenuEntry(
        "addressbook_looks",
        "查看记录",
        "addressbook:looks",
        "eye-search",
        order=670,
        group="管理后台",
        any_of=(vocabulary.READ_LOOKS.key,),
    )
)
menu.add(
    MenuEntry(
        "addressbook_settings",
        "可见设置",
        "addressbook:settings_home",
        "eye-cog",
        order=660,
        group="管理后台",
        any_of=(vocabulary.PROPOSE.key, vocabulary.PROPOSE_DISTRICT.key, vocabulary.APPROVE.key),
    )
)
menu.add(
    MenuEntry(
        "addressbook_canaries",
        "泄露监测",
        "addressbook:canaries",
        "feather",
        order=667,
        group="管理后台",
        any_of=(vocabulary.PLANT.key, vocabulary.APPROVE.key),
    )
)
menu.add(
    MenuEntry(
        "addressbook_emergency",
        "通讯录应急模式",
        "addressbook:emergency",
        "urgent",
        order=22,
        any_of=(vocabulary.EMERGENCY.key, vocabulary.APPROVE.key),
    )
)
badges.add(
    Badge(
        "addressbook_contacts",
        "联系人申请",
        "SELECT count(*) FROM addressbook_contact WHERE asked_id = %(person)s AND state = 'asked'",
    )
)
badges.add(
    Badge(
        "addressbook_emergency",
        "应急模式进行中",
        "SELECT count(*) FROM addressbook_emergency"
        " WHERE person_id = %(person)s AND ended_at IS NULL AND until > now()",
    )
)
worklists.add(
    WorkList(
        "addressbook.proposals",
        "待审批的可见设置",
        "通讯录",
        proposals.waiting,
        "addressbook:settings_home",
        order=300,
        query="state=proposed",
        permission=vocabulary.APPROVE.key,
        icon="eye-check",
    )
)
worklists.add(
    WorkList(
        "addressbook.mass_views",
        "待核查的大量查看",
        "通讯录",
        looks.unsettled,
        "addressbook:mass_views",
        order=310,
        query="state=open",
        permission=vocabulary.WATCH.key,
        icon="eye-exclamation",
        is_late=True,
    )
)
worklists.add(
    WorkList(
        "addressbook.leaks",
        "疑似泄露",
        "通讯录",
        canaries.open_leaks,
        "addressbook:leaks",
        order=290,
        query="state=open",
        permission=vocabulary.APPROVE.key,
        icon="alert-triangle",
        is_late=True,
    )
)
search_sources.add(SearchSource("addressbook.persons", "人员", find=suggesting.find_persons, order=10))
search_sources.add(SearchSource("addressbook.units", "机构", find=suggestions.find_units, order=20))
widgets.add(
    Widget(
        "addressbook.department",
        "我的部门",
        "addressbook/_widget_department.html",
        context=suggestions.own_department,
        order=30,
    )
)
schedules.add(
    daily("addressbook.count_hot_prefixes", "统计通讯录常用检索前缀", at="03:40", run=jobs.count_hot_prefixes)
)
schedules.add(
    every("addressbook.note_mass_views", "检查大量查看人员名片", minutes=5, run=jobs.note_mass_views)
)
schedules.add(every("addressbook.patrol", "泄露巡检", minutes=15, run=jobs.patrol))
schedules.add(
    daily("addressbook.forget_looks", "清理到期的通讯录查看记录", at="02:40", run=jobs.forget_looks)
)
schedules.add(daily("addressbook.begin_day", "按日期更新通讯录可见范围", at="00:06", run=jobs.follow_the_day))
schedules.add(
    daily("addressbook.forget_drafts", "清理未提交的可见设置草稿", at="02:50", run=jobs.forget_drafts)
)
job_types.add(Job("addressbook.count_trial", "试算可见设置的影响", run=jobs.count_trial, retries=1))
tree_changed.add(jobs.follow_tree)
projected.add(sight.follow)
accounts.account_verified.add(sight.follow_account)
accounts.account_suspended.add(sight.follow_account)
accounts.account_resumed.add(sight.follow_account)
accounts.account_closed.add(sight.follow_account)
accounts.temporary_expired.add(sight.follow_account)
sight_policies.add(SightPolicy("addressbook.policy", visibility.persons_q, visibility.units_q, withheld.of))
post_migrate.connect(jobs.after_migration, sender=apps.get_app_config("addressbook"))
