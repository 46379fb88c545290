"""What messages say to the platform: audit verbs, the right to see the simulator, their own SMS templates."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.parameters import Parameter
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.sms import SmsTemplate
from yiwang.platform.messages.models import reach
from yiwang.platform.messages.models import template as models

SENT = AuditVerb("messages.sent", "发送了消息{target}")
RECALLED = AuditVerb("messages.recalled", "撤回了消息{target}，事由：{reason}")
CONFIRMED = AuditVerb("messages.confirmed", "确认收到消息{target}")
TEXTED = AuditVerb("messages.texted", "发送了短信{target}")
TEXT_FAILED = AuditVerb("messages.text_failed", "未能发出短信{target}，原因：{reason}")
BATCH_SUBMITTED = AuditVerb("messages.batch_submitted", "提交了短信批次{target}")
BATCH_DECIDED = AuditVerb("messages.batch_decided", "审批了短信批次{target}：{reason}")
BATCH_CANCELLED = AuditVerb("messages.batch_cancelled", "取消了短信批次{target}")
BATCH_SENT = AuditVerb("messages.batch_sent", "发出了短信批次{target}")
BATCH_SAVED = AuditVerb("messages.batch_saved", "保存了短信草稿{target}")
BATCH_DELETED = AuditVerb("messages.batch_deleted", "删除了短信草稿{target}")
BATCH_COPIED = AuditVerb("messages.batch_copied", "将短信批次{target}复制为草稿")
BATCH_MOVED = AuditVerb("messages.batch_moved", "调整了短信批次{target}的发送时间")
BATCH_REMINDED = AuditVerb("messages.batch_reminded", "提醒短信批次{target}未签收的人员")
TEXT_CONFIRMED = AuditVerb("messages.text_confirmed", "收到短信回复，签收短信批次{target}")
REPLY_HANDLED = AuditVerb("messages.reply_handled", "处理了上行短信{target}：{reason}")
TEMPLATE_SHIPPED = AuditVerb("messages.template_shipped", "随平台启用了短信模板{target}")
TEMPLATE_WRITTEN = AuditVerb("messages.template_written", "起草了短信模板{target}")
TEMPLATE_CHANGED = AuditVerb("messages.template_changed", "修改了短信模板{target}")
TEMPLATE_SUBMITTED = AuditVerb("messages.template_submitted", "提交了短信模板{target}")
TEMPLATE_DECIDED = AuditVerb("messages.template_decided", "审核了短信模板{target}：{reason}")
TEMPLATE_RETIRED = AuditVerb("messages.template_retired", "停用了短信模板{target}，原因：{reason}")
TEMPLATE_DELETED = AuditVerb("messages.template_deleted", "删除了短信模板草稿{target}")
TEMPLATE_REPORTED = AuditVerb("messages.template_reported", "登记了短信模板{target}的报备号")
QUOTA_SET = AuditVerb("messages.quota_set", "设置了{target}的短信月额度，事由：{reason}")
CONFIRMED_BY_TEXT = AuditVerb("messages.confirmed_by_text", "收到短信回复，确认收到消息{target}")
CARD_PRESSED = AuditVerb("messages.card_pressed", "在消息卡片{target}中选择了“{reason}”")
CARD_CHANGED = AuditVerb("messages.card_changed", "更新了消息卡片{target}")
CODE_SENT = AuditVerb("messages.code_sent", "发送了短信验证码{target}")

REMINDED = AuditVerb("messages.reminded", "提醒未读{target}的人员")
REACH_STARTED = AuditVerb("messages.reach_started", "发送了必达通知{target}")
REACH_CLIMBED = AuditVerb("messages.reach_climbed", "升级提醒了必达通知{target}的未确认人员")
REACH_HASTENED = AuditVerb("messages.reach_hastened", "立即升级了必达通知{target}")
REACH_STOPPED = AuditVerb("messages.reach_stopped", "停止升级必达通知{target}，事由：{reason}")
REACH_TOLD = AuditVerb("messages.reach_told", "登记了必达通知{target}的通知情况")
REACH_ENDED = AuditVerb("messages.reach_ended", "必达通知{target}升级结束：{reason}")

VERBS = (
    SENT,
    RECALLED,
    CONFIRMED,
    TEXTED,
    TEXT_FAILED,
    CODE_SENT,
    REMINDED,
    CONFIRMED_BY_TEXT,
    BATCH_SUBMITTED,
    BATCH_DECIDED,
    BATCH_CANCELLED,
    BATCH_SENT,
    CARD_PRESSED,
    CARD_CHANGED,
    REACH_STARTED,
    REACH_CLIMBED,
    REACH_HASTENED,
    REACH_STOPPED,
    REACH_TOLD,
    REACH_ENDED,
    BATCH_SAVED,
    BATCH_DELETED,
    BATCH_COPIED,
    BATCH_MOVED,
    BATCH_REMINDED,
    TEXT_CONFIRMED,
    REPLY_HANDLED,
    TEMPLATE_SHIPPED,
    TEMPLATE_WRITTEN,
    TEMPLATE_CHANGED,
    TEMPLATE_SUBMITTED,
    TEMPLATE_DECIDED,
    TEMPLATE_RETIRED,
    TEMPLATE_DELETED,
    TEMPLATE_REPORTED,
    QUOTA_SET,
)

SEND_NOTICES = Permission("messages.send_notices", "发送通知", Scope.DISTRICT)
SEND_TEXTS = Permission(models.SEND_TEXTS, "发送短信", Scope.DISTRICT)
APPROVE_TEXTS = Permission(models.APPROVE_TEXTS, "审批短信", Scope.SUBTREE)
MUST_REACH = Permission(reach.MUST_REACH, "发送必达通知", Scope.DISTRICT)
WATCH_REACH = Permission(reach.WATCH_REACH, "查看必达看板", Scope.DISTRICT)
READ_TEXTS = Permission(models.READ_TEXTS, "查看短信发送记录", Scope.DISTRICT)
EDIT_TEMPLATES = Permission(models.EDIT_TEMPLATES, "维护短信模板", Scope.DISTRICT)
APPROVE_TEMPLATES = Permission(models.APPROVE_TEMPLATES, "审核短信模板", Scope.DISTRICT)
SET_QUOTAS = Permission("messages.set_quotas", "设置短信额度", Scope.DISTRICT)
PERMISSIONS = (
    READ_TEXTS,
    SEND_NOTICES,
    SEND_TEXTS,
    APPROVE_TEXTS,
    MUST_REACH,
    WATCH_REACH,
    EDIT_TEMPLATES,
    APPROVE_TEMPLATES,
    SET_QUOTAS,
)

BATCH_SERIES = Series("messages.batch", "短信批次", "短{year}-{n:04}")
TEMPLATE_SERIES = Series("messages.template", "短信模板", "模{year}-{n:03}")
BATCH_WAITS = MessageKind(
    "messages.batch_waits",
    "短信待审批",
    Category.REMINDER,
    "短信批次{number}待您审批",
    "{creator}提交，接收{total}人",
    "message-question",
    is_push=True,
)
BATCH_TOLD = MessageKind(
    "messages.batch_told",
    "短信审批结果",
    Category.NOTICE,
    "短信批次{number}{outcome}",
    "{opinion}",
    "message-check",
    is_push=True,
)
QUOTA_LOW = MessageKind(
    "messages.quota_low",
    "短信额度提醒",
    Category.REMINDER,
    "{unit}本月短信已用{percent}%，剩余{left}条",
    "额度不足时由办公室联系系统管理员调整；应急、值班短信不占额度",
    "gauge",
)
TEMPLATE_WAITS = MessageKind(
    "messages.template_waits",
    "短信模板待审核",
    Category.REMINDER,
    "短信模板“{name}”待您审核",
    "{creator}提交，编号{code}第{version}版",
    "template",
    is_push=True,
)
TEMPLATE_TOLD = MessageKind(
    "messages.template_told",
    "短信模板审核结果",
    Category.NOTICE,
    "短信模板“{name}”{outcome}",
    "{opinion}",
    "template",
)
NOTICE = MessageKind(
    "messages.notice",
    "通知",
    Category.NOTICE,
    "{title}",
    "{text}",
    "speakerphone",
    is_push=True,
    is_mail=True,
    may_mute=True,
)
UNREAD = MessageKind(
    "messages.unread_reminded",
    "未读提醒",
    Category.URGING,
    "请尽快{word}通知《{title}》",
    "",
    "bell-ringing",
    is_push=True,
)
REACH_ASKED = MessageKind(
    "messages.reach_asked",
    "必达转达",
    Category.URGING,
    "请转达必达通知《{title}》",
    "{unit}发送的必达通知有人员尚未确认，请查看名单，逐一通知本人并登记",
    "phone-calling",
    is_push=True,
)
MESSAGES = (
    NOTICE,
    UNREAD,
    BATCH_WAITS,
    BATCH_TOLD,
    QUOTA_LOW,
    TEMPLATE_WAITS,
    TEMPLATE_TOLD,
    REACH_ASKED,
)

# The text of a message whose kind also goes by SMS.
MESSAGE_TEXT = SmsTemplate("messages.message", "消息提醒", "{text}", kind="other")
REACH_TEXT = SmsTemplate(
    "messages.must_reach",
    "必达通知",
    "{unit}发来必达通知《{title}》，请登录平台查看并确认，或回复1签收。",
    kind="other",
)
CODE_TEXT = SmsTemplate(
    "messages.code",
    "短信验证码",
    "验证码{code}，{minutes}分钟内有效。请勿转告他人。",
    is_secret=True,
    at_any_hour=True,
)

BATCH_TEMPLATES = (
    SmsTemplate(
        "messages.meeting",
        "会议通知",
        "请于{时间}在{地点}参加{会议}，请准时出席。",
        for_batches=True,
        kind="meeting",
    ),
    SmsTemplate(
        "messages.meeting_changed",
        "会议变更",
        "{会议}改于{时间}在{地点}举行。",
        for_batches=True,
        kind="meeting",
    ),
    SmsTemplate(
        "messages.document",
        "公文催办",
        "{文号}《{标题}》请于{时间}前办结，请登录平台办理。",
        for_batches=True,
        kind="document",
    ),
    SmsTemplate(
        "messages.supervision",
        "督办提醒",
        "{事项}请于{时间}前办结并反馈。",
        for_batches=True,
        kind="supervision",
    ),
    SmsTemplate(
        "messages.duty",
        "值班提醒",
        "您{时间}值班，带班领导：{带班领导}。",
        at_any_hour=True,
        for_batches=True,
        kind="duty",
    ),
    SmsTemplate(
        "messages.emergency",
        "应急通知",
        "{情况}，请立即{要求}。",
        at_any_hour=True,
        for_batches=True,
        kind="emergency",
    ),
)
TEMPLATES = (MESSAGE_TEXT, REACH_TEXT, CODE_TEXT, *BATCH_TEMPLATES)

# What connected applications tell people: about the application itself, under its own words.
CLIENT = "clients.client"
OPEN_KIND = {one: f"messages.open_{one.value}" for one in Category}
_OPEN_LABELS = {
    Category.NOTICE: "接入应用的通知公告",
    Category.REMINDER: "接入应用的提醒",
    Category.URGING: "接入应用的催办",
    Category.SYSTEM: "接入应用的系统消息",
}
OPEN_MESSAGES = tuple(
    MessageKind(OPEN_KIND[one], label, one, "{title}", "{summary}", icon="apps", is_push=True)
    for one, label in _OPEN_LABELS.items()
)

_KEEPS = "已发出的必达通知按发出时的间隔继续"
_REACH_PARAMETERS = (
    ("reach_text", "必达：多少分钟后发短信", 10, _KEEPS),
    ("reach_contact", "必达：再过多少分钟请代理人、联络人转达", 10, _KEEPS),
    ("reach_duty", "必达：再过多少分钟请值班室转达", 15, _KEEPS),
    ("reach_least", "必达：发送人和应用可选的最短间隔", 5, ""),
    ("reach_most", "必达：发送人和应用可选的最长间隔", 240, ""),
)
PARAMETERS = tuple(
    Parameter(f"messages.{name}", "消息", label, usual, "分钟", least=1, most=1_440, note=note)
    for name, label, usual, note in _REACH_PARAMETERS
)
