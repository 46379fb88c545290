"""What tags say to the platform: audit verbs, rights, the roles that have them, and messages."""

from yiwang.kernel.extension import open_calls
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra

MADE = AuditVerb("tags.made", "添加了标签{target}")
EDITED = AuditVerb("tags.edited", "编辑了标签{target}")
SUSPENDED = AuditVerb("tags.suspended", "停用了标签{target}，事由：{reason}")
RESUMED = AuditVerb("tags.resumed", "启用了标签{target}")
DELETED = AuditVerb("tags.deleted", "删除了标签{target}")
MOVED = AuditVerb("tags.moved", "标签{target}随机构调整转移")
MEMBERS_ADDED = AuditVerb("tags.members_added", "向标签{target}添加了成员")
MEMBERS_REMOVED = AuditVerb("tags.members_removed", "移出了标签{target}的成员")
MEMBERS_LEFT = AuditVerb("tags.members_left", "标签{target}的成员自动移出，原因：{reason}")
SHARED = AuditVerb("tags.shared", "设置了标签{target}的共享组织")
UNSHARED = AuditVerb("tags.unshared", "取消了标签{target}的共享")
REMINDED = AuditVerb("tags.reminded", "提醒了标签{target}即将到期")
WORD_ADDED = AuditVerb("tags.word_added", "添加了标签敏感用词{target}")
WORD_REMOVED = AuditVerb("tags.word_removed", "移除了标签敏感用词{target}，事由：{reason}")

VERBS = (
    MADE,
    EDITED,
    SUSPENDED,
    RESUMED,
    DELETED,
    MOVED,
    MEMBERS_ADDED,
    MEMBERS_REMOVED,
    MEMBERS_LEFT,
    SHARED,
    UNSHARED,
    REMINDED,
    WORD_ADDED,
    WORD_REMOVED,
)

# §29: 系统管理员 ●, 分级管理员 ✔, 办公室 and leaders use, 审计管理员 ○, others when granted.
MANAGE = Permission("tags.manage", "管理本单位标签", Scope.SUBTREE)
MANAGE_DISTRICT = Permission("tags.manage_district", "管理全区标签", Scope.DISTRICT)
USE = Permission("tags.use", "使用标签", Scope.SUBTREE)
READ = Permission("tags.read", "查看全部标签", Scope.DISTRICT)
KEEP_WORDS = Permission("tags.keep_words", "维护标签敏感用词", Scope.DISTRICT)

PERMISSIONS = (MANAGE, MANAGE_DISTRICT, USE, READ, KEEP_WORDS)
ROLE_EXTRAS = (
    RoleExtra("tags.system_administrator", "accounts.system_administrator", (MANAGE_DISTRICT,)),
    RoleExtra("tags.graded_administrator", "accounts.graded_administrator", (MANAGE, USE)),
    RoleExtra("tags.audit_administrator", "accounts.audit_administrator", (READ,)),
    RoleExtra("tags.security_administrator", "accounts.security_administrator", (KEEP_WORDS,)),
    RoleExtra("tags.office_director", "accounts.office_director", (USE,)),
    RoleExtra("tags.unit_head", "accounts.unit_head", (USE,)),
    RoleExtra("tags.deputy_head", "accounts.deputy_head", (USE,)),
    RoleExtra("tags.clerk", "accounts.clerk", (USE,)),
    RoleExtra("tags.application_owner", "accounts.application_owner", (USE,)),
)

# What connected applications may be granted.
CALL_READ = open_calls.Scope("tags.read", "标签使用", "列出可使用的标签，按标签解析成员编号")
CALL_MANAGE = open_calls.Scope(
    "tags.manage", "标签维护", "添加和维护应用自己创建的标签、成员、规则和共享组织"
)

CALLS = (CALL_READ, CALL_MANAGE)

TOLD_WIDE_USE = MessageKind(
    "tags.used_widely",
    "共享标签被大范围使用",
    Category.NOTICE,
    "共享标签“{name}”被用于{people}人",
    "{user}以“{about}”使用了本单位共享的标签，涉及{people}人",
    icon="tag",
)
TOLD_ENDING = MessageKind(
    "tags.ending",
    "标签即将停用",
    Category.REMINDER,
    "标签“{name}”将于{day}后停用",
    "该标签由{owner}维护，停用后不能再解析和发送；如需继续使用，请与所有单位联系",
    icon="tag-off",
)
TOLD_ENDED = MessageKind(
    "tags.ended",
    "标签已停用",
    Category.NOTICE,
    "标签“{name}”已停用",
    "该标签由{owner}维护，自即日起不能再解析和发送。{reason}",
    icon="tag-off",
)

MESSAGES = (TOLD_WIDE_USE, TOLD_ENDING, TOLD_ENDED)
