"""What messages say to the platform: audit verbs, the right to see the simulator, their own SMS templates."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.sms import SmsTemplate

SENT = AuditVerb("messages.sent", "发送了消息{target}")
RECALLED = AuditVerb("messages.recalled", "撤回了消息{target}，事由：{reason}")
CONFIRMED = AuditVerb("messages.confirmed", "确认收到消息{target}")
TEXTED = AuditVerb("messages.texted", "发送了短信{target}")
TEXT_FAILED = AuditVerb("messages.text_failed", "未能发出短信{target}，原因：{reason}")
CONFIRMED_BY_TEXT = AuditVerb("messages.confirmed_by_text", "收到短信回复，确认收到消息{target}")
CODE_SENT = AuditVerb("messages.code_sent", "发送了短信验证码{target}")

REMINDED = AuditVerb("messages.reminded", "提醒未读{target}的人员")

VERBS = (SENT, RECALLED, CONFIRMED, TEXTED, TEXT_FAILED, CODE_SENT, REMINDED, CONFIRMED_BY_TEXT)

SEND_NOTICES = Permission("messages.send_notices", "发送通知", Scope.SUBTREE)
READ_TEXTS = Permission("messages.read_texts", "查看短信发送记录", Scope.DISTRICT)

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
MESSAGES = (NOTICE, UNREAD)

# The text of a message whose kind also goes by SMS.
MESSAGE_TEXT = SmsTemplate("messages.message", "消息提醒", "{text}")
CODE_TEXT = SmsTemplate(
    "messages.code",
    "短信验证码",
    "验证码{code}，{minutes}分钟内有效。请勿转告他人。",
    is_secret=True,
    at_any_hour=True,
)

TEMPLATES = (MESSAGE_TEXT, CODE_TEXT)

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
    MessageKind(OPEN_KIND[one], label, one, "{title}", "{summary}", icon="apps")
    for one, label in _OPEN_LABELS.items()
)
