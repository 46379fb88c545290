"""What tags give to the platform."""

from yiwang.kernel import database
from yiwang.kernel.extension.api import ApiRouter, api_routers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.imports import ImportKind, import_kinds
from yiwang.kernel.extension.jobs import daily, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.open_calls import WecomCall, scopes, wecom_calls
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.personal_data import PersonalData, personal_data
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.search import SearchSource, search_sources
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.platform.accounts import hooks as accounts
from yiwang.platform.accounts.queries import principals
from yiwang.platform.addressbook import hooks as addressbook
from yiwang.platform.org import hooks as org
from yiwang.platform.tags import jobs, vocabulary
from yiwang.platform.tags.actions import feed, leaving, member_import, moving, words
from yiwang.platform.tags.api import native, wecom
from yiwang.platform.tags.queries import held, import_plan, own_data, suggestions, tags

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
message_kinds.add_all(vocabulary.MESSAGES)
search_sources.add(SearchSource("tags.tags", "标签", find=suggestions.find_tags, order=30))
database.migrated.add(words.ship_words)

_KEEPERS = (vocabulary.MANAGE.key, vocabulary.MANAGE_DISTRICT.key)
menu.add(
    MenuEntry(
        "tags",
        "标签管理",
        "tags:list",
        "tags",
        order=655,
        group="组织人员",
        any_of=(*_KEEPERS, vocabulary.USE.key, vocabulary.READ.key),
    )
)
menu.add(
    MenuEntry(
        "tags_words",
        "标签敏感用词",
        "tags:words",
        "shield-check",
        order=665,
        group="管理后台",
        permission=vocabulary.KEEP_WORDS.key,
    )
)
worklists.add(
    WorkList(
        "tags.ending",
        "7日内到期的标签",
        "人员",
        tags.ending_soon,
        "tags:list",
        order=260,
        query="mark=ending",
        any_of=_KEEPERS,
        icon="tag-off",
    )
)
import_kinds.add(
    ImportKind(
        "tags.members",
        "标签成员导入",
        columns=import_plan.COLUMNS,
        judge=import_plan.judge,
        apply=member_import.import_members,
        actor_of=principals.of_account,
        permissions=_KEEPERS,
        back=("标签管理", "tags:list"),
        notes=import_plan.NOTES,
        choices_of=import_plan.choices_of,
    )
)
personal_data.add(
    PersonalData(
        "tags.members",
        "标签",
        "按职责成批发送工作消息，供应用按标签确定范围",
        ("标签", "所有单位", "说明", "添加时间", "状态", "移出时间"),
        own_data.tags_of,
        order=60,
    )
)

schedules.add(daily("tags.expire_due", "停用到期标签", at="00:04", run=jobs.expire_due))
schedules.add(daily("tags.count_members", "统计标签成员数", at="00:40", run=jobs.count_members))
schedules.add(daily("tags.remind_ending", "提醒即将到期的标签", at="09:05", run=jobs.remind_ending))

# Who leaves drops off the lists; rules of the address book follow
addressbook.groups_wanted.add(feed.fill)
org.post_ended.add(leaving.follow_post)
org.post_moved.add(leaving.follow_moved_post)
org.person_left.add(leaving.follow_person)
org.unit_moved.add(leaving.follow_tree_move)
org.unit_merged.add(leaving.follow_merger)
org.unit_split.add(leaving.follow_split)
org.unit_revoked.add(leaving.follow_revocation)
accounts.account_closed.add(leaving.follow_account)
accounts.role_granted.add(feed.follow_role)
accounts.role_ended.add(feed.follow_role)

holdings.add(Holding("tags.tags", "标签", of_unit=held.of_unit, move_to_unit=moving.move_to_unit, order=60))

# For connected applications: /api/v1/tags and WeCom's /cgi-bin/tag/…
scopes.add_all(vocabulary.CALLS)
api_routers.add(ApiRouter("tags.tags", "/tags", native.router))
wecom_calls.add_all(
    WecomCall(f"tags.{key}", f"tag/{path}", method, scope.key, run, about, example)
    for key, path, method, scope, run, about, example in (
        (
            "create",
            "create",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.create,
            "添加标签；带 rule 时为动态标签",
            '{"tagname": "防汛信息员"}',
        ),
        (
            "update",
            "update",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.update,
            "更新标签名称",
            '{"tagid": 12, "tagname": "防汛联络员"}',
        ),
        ("delete", "delete", "GET", vocabulary.CALL_MANAGE, wecom.delete, "删除标签", "tagid=12"),
        (
            "get",
            "get",
            "GET",
            vocabulary.CALL_READ,
            wecom.get,
            "标签成员，按 cursor、limit 分页",
            "tagid=12&limit=1000",
        ),
        (
            "add_users",
            "addtagusers",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.add_users,
            "添加标签成员，每次最多1,000人、100个机构",
            '{"tagid": 12, "userlist": ["7"], "partylist": [31]}',
        ),
        (
            "remove_users",
            "deltagusers",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.remove_users,
            "删除标签成员",
            '{"tagid": 12, "userlist": ["7"]}',
        ),
        ("list", "list", "GET", vocabulary.CALL_READ, wecom.list_tags, "可使用的标签列表", ""),
        (
            "share",
            "share",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.share_with,
            "设置标签共享组织",
            '{"tagid": 12, "partylist": [31]}',
        ),
        (
            "unshare",
            "unshare",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.unshare_with,
            "取消标签共享组织",
            '{"tagid": 12, "partylist": [31]}',
        ),
        (
            "rule",
            "rule",
            "POST",
            vocabulary.CALL_MANAGE,
            wecom.rule,
            "设置动态标签的规则",
            '{"tagid": 13, "rule": {"post": {"titles": ["科长"]}}}',
        ),
    )
)
