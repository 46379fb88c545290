"""What the address book says to the platform: audit verbs, rights and roles that have them, messages."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra

HOT_PREFIXES_COUNTED = AuditVerb("addressbook.hot_prefixes_counted", "重新统计了通讯录的常用检索前缀")
DAY_BEGUN = AuditVerb("addressbook.day_begun", "按日期更新了通讯录的可见范围")
PROPOSED = AuditVerb("addressbook.proposed", "申请了通讯录可见设置{target}，事由：{reason}")
DRAFTED = AuditVerb("addressbook.drafted", "起草了通讯录可见设置{target}，事由：{reason}")
TRIED = AuditVerb("addressbook.tried", "试算了通讯录可见设置{target}")
DISCARDED = AuditVerb("addressbook.discarded", "放弃了通讯录可见设置草稿{target}")
DRAFTS_FORGOTTEN = AuditVerb("addressbook.drafts_forgotten", "清理了未提交的通讯录可见设置草稿：{target}")
APPROVED = AuditVerb("addressbook.approved", "同意了通讯录可见设置{target}")
REFUSED = AuditVerb("addressbook.refused", "未同意通讯录可见设置{target}，意见：{reason}")
WITHDRAWN = AuditVerb("addressbook.withdrawn", "撤回了通讯录可见设置{target}")
ENDED = AuditVerb("addressbook.ended", "结束了通讯录可见设置{target}，事由：{reason}")
SEEN_AS = AuditVerb("addressbook.seen_as", "以{target}的视角查看了通讯录，事由：{reason}")
EXPLAINED = AuditVerb("addressbook.explained", "查询了{target}的可见依据，事由：{reason}")
EMERGENCY_OPENED = AuditVerb("addressbook.emergency_opened", "开启了通讯录应急模式，事由：{reason}")
EMERGENCY_ENDED = AuditVerb("addressbook.emergency_ended", "结束了{target}的通讯录应急模式")
CANARY_PLANTED = AuditVerb("addressbook.canary_planted", "设置了泄露监测人员{target}")
CANARY_ENDED = AuditVerb("addressbook.canary_ended", "撤销了泄露监测人员{target}，事由：{reason}")
LEAKED = AuditVerb("addressbook.leaked", "发现疑似泄露：{target}")
LEAK_HANDLED = AuditVerb("addressbook.leak_handled", "处置了疑似泄露{target}，结果：{reason}")
CONTACT_ASKED = AuditVerb("addressbook.contact_asked", "申请添加联系人{target}")
CONTACT_ACCEPTED = AuditVerb("addressbook.contact_accepted", "同意了联系人申请{target}")
CONTACT_REFUSED = AuditVerb("addressbook.contact_refused", "未同意联系人申请{target}")
CONTACT_BLOCKED = AuditVerb("addressbook.contact_blocked", "屏蔽了联系人申请{target}")
CONTACT_REMOVED = AuditVerb("addressbook.contact_removed", "解除了联系人{target}")
LOOKS_FORGOTTEN = AuditVerb("addressbook.looks_forgotten", "清理了到期的通讯录查看记录：{target}")
MOBILE_REVEALED = AuditVerb("addressbook.mobile_revealed", "查看了{target}的完整手机号码，用途：{reason}")
MOBILE_OPENED = AuditVerb("addressbook.mobile_opened", "公开了本人手机号码")
MOBILE_CLOSED = AuditVerb("addressbook.mobile_closed", "取消公开本人手机号码")
MASS_VIEWED = AuditVerb("addressbook.mass_viewed", "发现了大量查看人员名片：{target}")
MASS_SETTLED = AuditVerb("addressbook.mass_settled", "核查了大量查看人员名片：{target}，情况：{reason}")

VERBS = (
    HOT_PREFIXES_COUNTED,
    DAY_BEGUN,
    PROPOSED,
    DRAFTED,
    TRIED,
    DISCARDED,
    DRAFTS_FORGOTTEN,
    APPROVED,
    REFUSED,
    WITHDRAWN,
    ENDED,
    SEEN_AS,
    EXPLAINED,
    EMERGENCY_OPENED,
    EMERGENCY_ENDED,
    CANARY_PLANTED,
    CANARY_ENDED,
    LEAKED,
    LEAK_HANDLED,
    CONTACT_ASKED,
    CONTACT_ACCEPTED,
    CONTACT_REFUSED,
    CONTACT_BLOCKED,
    CONTACT_REMOVED,
    LOOKS_FORGOTTEN,
    MOBILE_REVEALED,
    MOBILE_OPENED,
    MOBILE_CLOSED,
    MASS_VIEWED,
    MASS_SETTLED,
)

REVEALING = "查看完整手机号码"  # no right that is granted: §3.7 decides

# §29: units and the system administrator propose, the security administrator decides.
PROPOSE = Permission("addressbook.propose", "申请通讯录可见设置", Scope.SUBTREE)
PROPOSE_DISTRICT = Permission("addressbook.propose_district", "申请全区通讯录规则和层级", Scope.DISTRICT)
APPROVE = Permission("addressbook.approve", "审批通讯录可见设置", Scope.DISTRICT)
# §3.6: the duty office of the district, in emergencies.
EMERGENCY = Permission("addressbook.emergency", "开启通讯录应急模式", Scope.DISTRICT)
PLANT = Permission("addressbook.plant", "设置泄露监测人员", Scope.DISTRICT)

READ_LOOKS = Permission("addressbook.read_looks", "查看通讯录查看记录", Scope.DISTRICT)
WATCH = Permission("addressbook.watch", "核查大量查看", Scope.DISTRICT)
EXPORT = Permission("addressbook.export", "导出本单位通讯录", Scope.SUBTREE)

PERMISSIONS = (PROPOSE, PROPOSE_DISTRICT, APPROVE, EMERGENCY, PLANT, READ_LOOKS, WATCH, EXPORT)
ROLE_EXTRAS = (
    RoleExtra("addressbook.system_administrator", "accounts.system_administrator", (PROPOSE_DISTRICT, PLANT)),
    RoleExtra("addressbook.duty_office", "accounts.duty_office", (EMERGENCY,)),
    RoleExtra("addressbook.graded_administrator", "accounts.graded_administrator", (PROPOSE, EXPORT)),
    RoleExtra(
        "addressbook.security_administrator", "accounts.security_administrator", (APPROVE, READ_LOOKS, WATCH)
    ),
    RoleExtra("addressbook.audit_administrator", "accounts.audit_administrator", (READ_LOOKS,)),
)

TOLD_ASKED = MessageKind(
    "addressbook.contact_told",
    "联系人申请",
    Category.NOTICE,
    "{unit}{name}申请添加您为联系人",
    "申请理由：{reason}",
    icon="user-question",
)
TOLD_ACCEPTED = MessageKind(
    "addressbook.contact_agreed",
    "联系人已添加",
    Category.NOTICE,
    "{name}同意了您的联系人申请",
    "双方可以直接沟通，手机号码仍按规定隐藏",
    icon="user-check",
)
TOLD_REFUSED = MessageKind(
    "addressbook.contact_declined",
    "联系人申请未同意",
    Category.NOTICE,
    "{name}未同意您的联系人申请",
    "30天后可以再次申请；确有工作需要的，请通过本单位办公室联系",
    icon="user-x",
)
TOLD_MASS_VIEWED = MessageKind(
    "addressbook.mass_view_told",
    "大量查看通讯录",
    Category.REMINDER,
    "{unit}{name}今日查看人员名片{cards}人，超过{most}人",
    "请核查是否工作需要，并填写核查情况",
    icon="eye-exclamation",
)

TOLD_EMERGENCY = MessageKind(
    "addressbook.emergency_told",
    "通讯录应急模式",
    Category.REMINDER,
    "{name}开启了通讯录应急模式，可查看全部隐藏人员",
    "事由：{reason}；{until}自动结束",
    icon="urgent",
)
TOLD_LEAKED = MessageKind(
    "addressbook.leak_told",
    "疑似泄露",
    Category.REMINDER,
    "通讯录疑似泄露：监测人员出现在无权查看者的页面",
    "位置：{route}；访问人：{viewer}。请立即核查并处置",
    icon="alert-triangle",
)
MESSAGE_KINDS = (
    TOLD_ASKED,
    TOLD_ACCEPTED,
    TOLD_REFUSED,
    TOLD_MASS_VIEWED,
    TOLD_EMERGENCY,
    TOLD_LEAKED,
)
