"""What messages say to the platform: audit verbs, the right to see the simulator, their own SMS templates."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.sms import SmsTemplate
from yiwang.platform.messages.models import batch as models
from yiwang.platform.messages.models import reach

SENT = AuditVerb("messages.sent", "发送了消息{target}")
RECALLED = AuditVerb("messages.recalled", "撤回了消息{target}，事由：{reason}")
CONFIRMED = AuditVerb("messages.confirmed", "确认收到消息{target}")
TEXTED = AuditVerb("messages.texted", "发送了短信{target}")
TEXT_FAILED = AuditVerb("messages.text_failed", "未能发出短信{target}，原因：{reason}")
BATCH_SUBMITTED = AuditVerb("messages.batch_submitted", "提交了短信批次{target}")
BATCH_DECIDED = AuditVerb("messages.batch_decided", "审批了短信批次{target}：{reason}")
BATCH_CANCELLED = AuditVerb("messages.batch_cancelled", "取消了短信批次{target}")
BATCH_SENT = AuditVerb("messages.batch_sent", "发出了短信批次{target}")
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
)

SEND_NOTICES = Permission("messages.send_notices", "发送通知", Scope.DISTRICT)
SEND_TEXTS = Permission(models.SEND_TEXTS, "发送短信", Scope.DISTRICT)
APPROVE_TEXTS = Permission(models.APPROVE_TEXTS, "审批短信", Scope.SUBTREE)
MUST_REACH = Permission(reach.MUST_REACH, "发送必达通知", Scope.DISTRICT)
WATCH_REACH = Permission(reach.WATCH_REACH, "查看必达看板", Scope.DISTRICT)
READ_TEXTS = Permission("messages.read_texts", "查看短信发送记录", Scope.DISTRICT)

BATCH_SERIES = Series("messages.batch", "短信批次", "短{year}-{n:04}")
BATCH_WAITS = MessageKind(
    "messages.batch_waits",
    "短信待审批",
    Category.REMINDER,
    "短信批次{number}待您审批",
    "{creator}提交，接收{total}人",
    "message-question",
    is_push=True,
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
MESSAGES = (NOTICE, UNREAD, BATCH_WAITS, REACH_ASKED)

# The text of a message whose kind also goes by SMS.
MESSAGE_TEXT = SmsTemplate("messages.message", "消息提醒", "{text}")
REACH_TEXT = SmsTemplate(
    "messages.must_reach", "必达通知", "{unit}发来必达通知《{title}》，请登录平台查看并确认，或回复1签收。"
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
    ),
    SmsTemplate("messages.meeting_changed", "会议变更", "{会议}改于{时间}在{地点}举行。", for_batches=True),
    SmsTemplate("messages.supervision", "督办提醒", "{事项}请于{时间}前办结并反馈。", for_batches=True),
    SmsTemplate(
        "messages.duty",
        "值班提醒",
        "您{时间}值班，带班领导：{带班领导}。",
        at_any_hour=True,
        for_batches=True,
    ),
    SmsTemplate(
        "messages.emergency", "应急通知", "{情况}，请立即{要求}。", at_any_hour=True, for_batches=True
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
