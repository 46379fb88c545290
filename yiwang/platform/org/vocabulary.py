"""What the organisation says to the platform: audit verbs and permissions."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope

UNIT_CREATED = AuditVerb("org.unit_created", "新设了机构{target}")
UNIT_RENAMED = AuditVerb("org.unit_renamed", "将机构更名为{target}")
UNIT_MOVED = AuditVerb("org.unit_moved", "划转了机构{target}")
UNIT_SORTED = AuditVerb("org.unit_sorted", "调整了{target}下级机构的顺序")
UNIT_HIDDEN = AuditVerb("org.unit_hidden", "在通讯录中隐藏了{target}")
UNIT_SHOWN = AuditVerb("org.unit_shown", "在通讯录中显示了{target}")
UNIT_EDITED = AuditVerb("org.unit_edited", "修改了机构{target}的信息")
UNIT_RANKED = AuditVerb("org.unit_ranked", "调整了机构{target}的规格和层级")
UNIT_MERGED = AuditVerb("org.unit_merged", "合并了机构{target}")
UNIT_SPLIT = AuditVerb("org.unit_split", "拆分了机构{target}")
UNIT_REVOKED = AuditVerb("org.unit_revoked", "撤销了机构{target}")
PLATE_ADDED = AuditVerb("org.plate_added", "为{target}加挂了牌子")
PLATE_ENDED = AuditVerb("org.plate_ended", "摘除了{target}加挂的牌子")
WORD_GIVEN = AuditVerb("org.word_given", "启用了{target}的发文机关代字")
WORD_ENDED = AuditVerb("org.word_ended", "停用了{target}的发文机关代字")
MEMBERS_SORTED = AuditVerb("org.members_sorted", "调整了{target}的人员顺序")
PERSON_ADDED = AuditVerb("org.person_added", "新增了人员{target}")
PERSON_CORRECTED = AuditVerb("org.person_corrected", "修改了{target}的人员信息")
PERSON_TRANSFERRED = AuditVerb("org.person_transferred", "调动了{target}")
PERSON_DEREGISTERED = AuditVerb("org.person_deregistered", "注销了人员{target}，事由：{reason}")
PERSON_REOPENED = AuditVerb("org.person_reopened", "恢复了人员{target}的档案")
OWN_DETAILS_CHANGED = AuditVerb("org.own_details_changed", "修改了本人的联系方式")
OWN_PHOTO_CHANGED = AuditVerb("org.own_photo_changed", "更换了本人的照片")
OWN_SPELLING_CHANGED = AuditVerb("org.own_spelling_changed", "更正了本人的姓名拼音")
MOBILE_BOUND = AuditVerb("org.mobile_bound", "更换了{target}的手机号码")
MOBILE_RELEASED = AuditVerb("org.mobile_released", "解除了{target}的手机号码绑定")
EXTERNAL_ENTERED = AuditVerb("org.external_entered", "登记了外部临时人员{target}（接入单位：{reason}）")
POST_STARTED = AuditVerb("org.post_started", "登记了{target}的任职")
POST_MOVED = AuditVerb("org.post_moved", "随机构调整转移了{target}的任职")
POST_ENDED = AuditVerb("org.post_ended", "结束了{target}的任职")
POST_CHANGED = AuditVerb("org.post_changed", "变更了{target}的职务")
POST_EXTENDED = AuditVerb("org.post_extended", "延长了{target}的任职期限")

CODE_ADDED = AuditVerb("org.code_added", "在代码表中新增了{target}")
CODE_RENAMED = AuditVerb("org.code_renamed", "更正了代码{target}的名称")
CODE_RETIRED = AuditVerb("org.code_retired", "停用了代码{target}，事由：{reason}")
CODE_RESTORED = AuditVerb("org.code_restored", "恢复了代码{target}")
CODES_SORTED = AuditVerb("org.codes_sorted", "调整了代码表{target}的顺序")

PROJECTION_REFRESHED = AuditVerb("org.projection_refreshed", "重新计算了组织架构的顺序和人数")
HEADS_COUNTED = AuditVerb("org.heads_counted", "重新统计了通讯录人数")

VERBS = (
    UNIT_CREATED,
    UNIT_RENAMED,
    UNIT_MOVED,
    UNIT_SORTED,
    UNIT_HIDDEN,
    UNIT_SHOWN,
    UNIT_EDITED,
    UNIT_RANKED,
    UNIT_MERGED,
    UNIT_SPLIT,
    UNIT_REVOKED,
    PLATE_ADDED,
    PLATE_ENDED,
    WORD_GIVEN,
    WORD_ENDED,
    MEMBERS_SORTED,
    PERSON_ADDED,
    PERSON_CORRECTED,
    PERSON_TRANSFERRED,
    PERSON_DEREGISTERED,
    PERSON_REOPENED,
    OWN_DETAILS_CHANGED,
    OWN_PHOTO_CHANGED,
    OWN_SPELLING_CHANGED,
    MOBILE_BOUND,
    MOBILE_RELEASED,
    EXTERNAL_ENTERED,
    POST_STARTED,
    POST_MOVED,
    POST_ENDED,
    POST_CHANGED,
    POST_EXTENDED,
    CODE_ADDED,
    CODE_RENAMED,
    CODE_RETIRED,
    CODE_RESTORED,
    CODES_SORTED,
    PROJECTION_REFRESHED,
    HEADS_COUNTED,
)

# R2-5: root to level 3 by the district, level 4 and below by the unit's own graded administrator.
MANAGE_TREE = Permission("org.manage_tree", "维护组织架构（一至三级）", Scope.DISTRICT)
MANAGE_UNIT = Permission("org.manage_unit", "管理本单位机构和人员", Scope.SUBTREE)

MANAGE_CODES = Permission("org.manage_codes", "维护代码表", Scope.DISTRICT)

PERMISSIONS = (MANAGE_TREE, MANAGE_UNIT, MANAGE_CODES)
