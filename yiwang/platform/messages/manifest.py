"""What messages give to the platform."""

from yiwang.kernel import database
from yiwang.kernel.extension.api import ApiRouter, api_routers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.codes import CodeService, code_services
from yiwang.kernel.extension.jobs import Job, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import MessageService, message_kinds, message_services
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.open_calls import Scope, open_event_kinds, scopes, wecom_calls
from yiwang.kernel.extension.parameters import parameters
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import RoleExtra, role_extras
from yiwang.kernel.extension.sms import sms_templates
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.platform.accounts import hooks as accounts
from yiwang.platform.accounts.vocabulary import SYSTEM_ADMINISTRATOR
from yiwang.platform.clients import hooks as clients
from yiwang.platform.messages import jobs, vocabulary
from yiwang.platform.messages.actions import codes, messages, telling, templates
from yiwang.platform.messages.api import applications, texts, wecom
from yiwang.platform.messages.queries import cards, inbox, reach, replies

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
parameters.add_all(vocabulary.PARAMETERS)
number_series.add_all((vocabulary.BATCH_SERIES, vocabulary.TEMPLATE_SERIES))
_TEMPLATES = (vocabulary.EDIT_TEMPLATES, vocabulary.APPROVE_TEMPLATES)
_RUNS = (
    vocabulary.READ_TEXTS,
    vocabulary.SEND_NOTICES,
    vocabulary.MUST_REACH,
    vocabulary.SET_QUOTAS,
    *_TEMPLATES,
)
role_extras.add(RoleExtra("messages.system_administrator", SYSTEM_ADMINISTRATOR.key, _RUNS))
_SENDS = (vocabulary.SEND_NOTICES, vocabulary.SEND_TEXTS)
_REACHES = (vocabulary.MUST_REACH, vocabulary.WATCH_REACH)
_AGREES = (*_SENDS, vocabulary.APPROVE_TEXTS, *_REACHES, *_TEMPLATES)
_WRITES = (*_SENDS, vocabulary.WATCH_REACH, vocabulary.EDIT_TEMPLATES)
role_extras.add_all(
    (
        RoleExtra("messages.office_director", "accounts.office_director", _AGREES),
        RoleExtra("messages.unit_head", "accounts.unit_head", _AGREES),
        RoleExtra("messages.clerk", "accounts.clerk", _WRITES),
        RoleExtra("messages.duty_manager", "accounts.duty_manager", (*_SENDS, *_REACHES)),
        RoleExtra("messages.duty_office", "accounts.duty_office", (*_SENDS, *_REACHES)),
    )
)
message_kinds.add_all(vocabulary.MESSAGES)
code_services.add(CodeService("messages.sms", "短信验证码", send=codes.send_code, check=codes.check_code))
message_kinds.add_all(vocabulary.OPEN_MESSAGES)
scopes.add(Scope("messages.must_reach", "必达通知", "发送必达消息：未确认的依次发短信、请联络人和值班室转达"))
scopes.add(
    Scope("messages.send", "统一消息", "向授权范围内的人员、机构和可用标签发送消息，查询阅读情况，撤回")
)
scopes.add(Scope("messages.sms", "短信发送", "按已启用的模板向授权范围内的人员发送短信，计入所属单位月额度"))
api_routers.add(ApiRouter("messages.texts", "/sms", texts.router))
api_routers.add(ApiRouter("messages.applications", "/messages", applications.router))
wecom_calls.add_all(wecom.CALLS)
open_event_kinds.add_all((telling.CONFIRMED, telling.CARD_PRESSED))
message_services.add(MessageService("messages.unified", "统一消息", send=messages.send))
sms_templates.add_all(vocabulary.TEMPLATES)
database.migrated.add(templates.ship_templates)
job_types.add(Job("messages.text_receivers", "生成消息短信", run=jobs.text_receivers))
job_types.add(Job("messages.dispatch_texts", "发送短信", run=jobs.dispatch_texts))
job_types.add(Job("messages.deliver", "安排消息投递", run=jobs.deliver))
job_types.add(Job("messages.dispatch_deliveries", "投递消息", run=jobs.dispatch_deliveries))
schedules.add(every("messages.deliver_due", "投递到时消息", minutes=1, run=jobs.dispatch_deliveries))
schedules.add(every("messages.send_due_texts", "发送到时短信", minutes=1, run=jobs.dispatch_texts))
job_types.add(Job("messages.climb", "升级必达通知", run=jobs.climb))
schedules.add(every("messages.climb_due", "升级到时必达通知", minutes=1, run=jobs.climb))
job_types.add(Job("messages.release_batches", "发出短信批次", run=jobs.release_batches))
schedules.add(every("messages.keep_batches", "发出到时短信批次", minutes=1, run=jobs.release_batches))
schedules.add(every("messages.hear_carrier", "接收短信回执和回复", minutes=1, run=jobs.hear_carrier))
job_types.add(Job("messages.fetch_card_pictures", "获取卡片图片", run=jobs.fetch_card_pictures))
schedules.add(every("messages.forget_codes", "清理短信验证码", minutes=10, run=jobs.forget_codes))
menu.add(
    MenuEntry(
        "messages",
        "消息",
        url_name="messages:list",
        icon="bell",
        order=2,
        staff_only=False,
        tab=True,
        tool=True,
    )
)
menu.add(
    MenuEntry(
        "messages_texts",
        "短信模拟器",
        url_name="messages:texts",
        icon="device-mobile-message",
        order=835,
        group="管理后台",
        permission=vocabulary.READ_TEXTS.key,
    )
)
menu.add(
    MenuEntry(
        "messages_notices",
        "发通知",
        url_name="messages:sent",
        icon="speakerphone",
        order=45,
        permission=vocabulary.SEND_NOTICES.key,
    )
)
menu.add(
    MenuEntry(
        "messages_boards",
        "必达通知",
        url_name="messages:reaches",
        icon="checklist",
        order=47,
        any_of=(vocabulary.MUST_REACH.key, vocabulary.WATCH_REACH.key),
    )
)
menu.add(
    MenuEntry(
        "messages_batches",
        "发短信",
        url_name="messages:batches",
        icon="device-mobile-message",
        order=46,
        any_of=(vocabulary.SEND_TEXTS.key, vocabulary.APPROVE_TEXTS.key),
    )
)
menu.add(
    MenuEntry(
        "messages_usage",
        "短信用量",
        url_name="messages:usage",
        icon="chart-bar",
        order=837,
        group="管理后台",
        permission=vocabulary.READ_TEXTS.key,
    )
)
menu.add(
    MenuEntry(
        "messages_templates",
        "短信模板",
        url_name="messages:templates",
        icon="template",
        order=832,
        group="管理后台",
        permission=vocabulary.SET_QUOTAS.key,
    )
)
menu.add(
    MenuEntry(
        "messages_quotas",
        "短信额度",
        url_name="messages:quotas",
        icon="gauge",
        order=834,
        group="管理后台",
        permission=vocabulary.SET_QUOTAS.key,
    )
)
worklists.add(
    WorkList(
        "messages.replies",
        "待处理的上行短信",
        "短信",
        replies.waiting_for,
        "messages:replies",
        order=470,
        query="state=waiting",
        any_of=(vocabulary.APPROVE_TEXTS.key, vocabulary.READ_TEXTS.key),
        icon="message-reply",
    )
)
badges.add(Badge("messages", "未读消息", inbox.UNREAD_NUMBER))
badges.add(Badge("messages_unconfirmed", "需确认消息", inbox.UNCONFIRMED_NUMBER))
badges.add(Badge("messages_cards", "卡片变化", cards.LATEST_CHANGE))
badges.add(Badge("messages_reach", "必达看板", reach.MARK))
widgets.add(
    Widget(
        "messages.unread", "未读消息", "messages/_widget.html", context=inbox.widget, order=30, column="side"
    )
)
clients.delivery_noted.add(jobs.follow_card_event)
accounts.account_verified.add(jobs.tell_verified)
accounts.account_verification_failed.add(jobs.tell_verification_failed)
accounts.account_locked.add(jobs.tell_locked)
accounts.device_appeared.add(jobs.tell_device)
accounts.account_suspended.add(jobs.tell_suspended)
accounts.account_resumed.add(jobs.tell_resumed)
accounts.temporary_ending.add(jobs.tell_temporary_ending)
accounts.temporary_expired.add(jobs.tell_temporary_expired)
accounts.mobile_changed.add(jobs.tell_mobile_changed)
accounts.mobile_refused.add(jobs.tell_mobile_refused)
accounts.mobile_wanted.add(jobs.tell_mobile_wanted)
accounts.role_proposed.add(jobs.tell_role_proposed)
accounts.role_granted.add(jobs.tell_role_granted)
accounts.role_refused.add(jobs.tell_role_refused)
accounts.role_ended.add(jobs.tell_role_ended)
