"""What the address book says to the platform: audit verbs, rights, and the roles that have them."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra

HOT_PREFIXES_COUNTED = AuditVerb("addressbook.hot_prefixes_counted", "重新统计了通讯录的常用检索前缀")
DAY_BEGUN = AuditVerb("addressbook.day_begun", "按日期更新了通讯录的可见范围")
PROPOSED = AuditVerb("addressbook.proposed", "申请了通讯录可见设置{target}，事由：{reason}")
APPROVED = AuditVerb("addressbook.approved", "同意了通讯录可见设置{target}")
REFUSED = AuditVerb("addressbook.refused", "未同意通讯录可见设置{target}，意见：{reason}")
WITHDRAWN = AuditVerb("addressbook.withdrawn", "撤回了通讯录可见设置{target}")
ENDED = AuditVerb("addressbook.ended", "结束了通讯录可见设置{target}，事由：{reason}")
SEEN_AS = AuditVerb("addressbook.seen_as", "以{target}的视角查看了通讯录，事由：{reason}")
CONTACT_ASKED = AuditVerb("addressbook.contact_asked", "申请添加联系人{target}")
CONTACT_ACCEPTED = AuditVerb("addressbook.contact_accepted", "同意了联系人申请{target}")
CONTACT_REFUSED = AuditVerb("addressbook.contact_refused", "未同意联系人申请{target}")
CONTACT_BLOCKED = AuditVerb("addressbook.contact_blocked", "屏蔽了联系人申请{target}")
CONTACT_REMOVED = AuditVerb("addressbook.contact_removed", "解除了联系人{target}")

VERBS = (
    HOT_PREFIXES_COUNTED,
    DAY_BEGUN,
    PROPOSED,
    APPROVED,
    REFUSED,
    WITHDRAWN,
    ENDED,
    SEEN_AS,
    CONTACT_ASKED,
    CONTACT_ACCEPTED,
    CONTACT_REFUSED,
    CONTACT_BLOCKED,
    CONTACT_REMOVED,
)

# §29: units and the system administrator propose, the security administrator decides.
PROPOSE = Permission("addressbook.propose", "申请通讯录可见设置", Scope.SUBTREE)
PROPOSE_DISTRICT = Permission("addressbook.propose_district", "申请全区通讯录规则和层级", Scope.DISTRICT)
APPROVE = Permission("addressbook.approve", "审批通讯录可见设置", Scope.DISTRICT)

PERMISSIONS = (PROPOSE, PROPOSE_DISTRICT, APPROVE)
ROLE_EXTRAS = (
    RoleExtra("addressbook.system_administrator", "accounts.system_administrator", (PROPOSE_DISTRICT,)),
    RoleExtra("addressbook.graded_administrator", "accounts.graded_administrator", (PROPOSE,)),
    RoleExtra("addressbook.security_administrator", "accounts.security_administrator", (APPROVE,)),
)
