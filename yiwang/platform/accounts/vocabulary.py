"""What accounts say to the platform: audit verbs, permissions and roles."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import Role
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

LOGGED_IN = AuditVerb("accounts.logged_in", "登录了平台")
LOGIN_FAILED = AuditVerb("accounts.login_failed", "登录失败")
LOCKED = AuditVerb("accounts.locked", "账号{target}因连续登录失败被锁定")
LOGGED_OUT = AuditVerb("accounts.logged_out", "退出了平台")
SESSION_ENDED = AuditVerb("accounts.session_ended", "结束了一个登录会话")
LOGGED_OUT_EVERYWHERE = AuditVerb("accounts.logged_out_everywhere", "退出了全部设备")
POST_SWITCHED = AuditVerb("accounts.post_switched", "切换了当前身份")
PASSWORD_CHANGED = AuditVerb("accounts.password_changed", "修改了密码")
OPENED = AuditVerb("accounts.opened", "开通了账号{target}")
CODE_ISSUED = AuditVerb("accounts.code_issued", "为账号{target}生成了激活码")
ACTIVATED = AuditVerb("accounts.activated", "激活了账号并签署使用承诺书")
SUSPENDED = AuditVerb("accounts.suspended", "停用了账号{target}")
RESUMED = AuditVerb("accounts.resumed", "恢复了账号{target}")
UNLOCKED = AuditVerb("accounts.unlocked", "解除了账号{target}的锁定")
EXPIRED = AuditVerb("accounts.expired", "临时账号{target}已到期")
CLOSED = AuditVerb("accounts.closed", "注销了账号{target}")
GRANTED = AuditVerb("accounts.granted", "向账号{target}授予了权限")
WITHDRAWN = AuditVerb("accounts.withdrawn", "收回了账号{target}的权限")
ROLE_GRANTED = AuditVerb("accounts.role_granted", "授予了角色：{target}")
ROLE_PROPOSED = AuditVerb("accounts.role_proposed", "提请任命：{target}")
ROLE_CONFIRMED = AuditVerb("accounts.role_confirmed", "确认了任命：{target}")
ROLE_REFUSED = AuditVerb("accounts.role_refused", "未确认任命：{target}")
ROLE_WITHDRAWN = AuditVerb("accounts.role_withdrawn", "收回了角色：{target}")
ROLE_MOVED = AuditVerb("accounts.role_moved", "角色随机构调整转移：{target}")
ROLE_ENDED = AuditVerb("accounts.role_ended", "角色终止：{target}")
VERIFICATION_REQUESTED = AuditVerb(
    "accounts.verification_requested", "提交了账号{target}的实名认证（{reason}）"
)
VERIFIED = AuditVerb("accounts.verified", "账号{target}通过了实名认证")
VERIFICATION_FAILED = AuditVerb("accounts.verification_failed", "账号{target}未通过实名认证：{reason}")
VERIFICATION_STUCK = AuditVerb("accounts.verification_stuck", "账号{target}的实名认证多次未得到答复，待处理")
ADMINISTRATION_STARTED = AuditVerb("accounts.administration_started", "进入了管理模式，事由：{reason}")
ADMINISTRATION_ENDED = AuditVerb("accounts.administration_ended", "退出了管理模式")
ADMINISTRATION_REFUSED = AuditVerb("accounts.administration_refused", "未能进入管理模式")
ADMINISTERED = AuditVerb("accounts.administered", "在管理模式下访问：{target}")
MOBILE_REVEALED = AuditVerb("accounts.mobile_revealed", "查看了本人完整手机号码")

VERBS = (
    LOGGED_IN,
    LOGIN_FAILED,
    LOCKED,
    LOGGED_OUT,
    SESSION_ENDED,
    LOGGED_OUT_EVERYWHERE,
    POST_SWITCHED,
    PASSWORD_CHANGED,
    OPENED,
    CODE_ISSUED,
    ACTIVATED,
    SUSPENDED,
    RESUMED,
    UNLOCKED,
    EXPIRED,
    CLOSED,
    GRANTED,
    WITHDRAWN,
    ROLE_GRANTED,
    ROLE_PROPOSED,
    ROLE_CONFIRMED,
    ROLE_REFUSED,
    ROLE_WITHDRAWN,
    ROLE_MOVED,
    ROLE_ENDED,
    VERIFICATION_REQUESTED,
    VERIFIED,
    VERIFICATION_FAILED,
    VERIFICATION_STUCK,
    ADMINISTRATION_STARTED,
    ADMINISTRATION_ENDED,
    ADMINISTRATION_REFUSED,
    ADMINISTERED,
    MOBILE_REVEALED,
)

MANAGE = Permission("accounts.manage", "账号管理", Scope.DISTRICT)
GRANT = Permission("accounts.grant", "授权管理", Scope.DISTRICT)
GRANT_BUSINESS = Permission("accounts.grant_business", "授予本单位业务角色", Scope.SUBTREE)
CONFIRM = Permission("accounts.confirm_appointment", "确认管理员任命", Scope.DISTRICT)
READ_ROLES = Permission("accounts.read_roles", "查看角色授权", Scope.DISTRICT)

PERMISSIONS = (MANAGE, GRANT, GRANT_BUSINESS, CONFIRM, READ_ROLES)

# The three administrators who control each other: nobody holds two (domain reference §19.2). The database
# refuses it too, see RoleGrant.
SEPARATED = "separation"


def _separated(key: str, label: str, *rights: Permission, order: int) -> Role:
    return Role(
        f"accounts.{key}",
        label,
        rights,
        Scope.DISTRICT,
        exclusive=SEPARATED,
        order=order,
        least_per_unit=1,
        is_administrative=True,
        needs_two=True,
    )


SYSTEM_ADMINISTRATOR = _separated(
    "system_administrator", "系统管理员", MANAGE_TREE, MANAGE, GRANT, CONFIRM, order=10
)
SECURITY_ADMINISTRATOR = _separated("security_administrator", "安全管理员", CONFIRM, READ_ROLES, order=20)
AUDIT_ADMINISTRATOR = _separated("audit_administrator", "审计管理员", READ_LOG, READ_ROLES, order=30)
GRADED_ADMINISTRATOR = Role(
    "accounts.graded_administrator",
    "分级管理员",
    (MANAGE_UNIT, MANAGE, GRANT_BUSINESS),
    Scope.SUBTREE,
    most_per_unit=3,
    least_per_unit=1,
    order=40,
    is_administrative=True,
)

# What people are in their unit, and the offices that serve the whole district (domain reference §0.7). The
# modules that give them rights add those by RoleExtra.
_OF_UNITS = (
    ("unit_head", "单位主要负责人"),
    ("deputy_head", "分管领导"),
    ("office_director", "办公室主任"),
    ("clerk", "文秘（收发员）"),
    ("proofreader", "核稿人"),
    ("seal_keeper", "印章管理员"),
    ("meeting_manager", "会务管理员"),
    ("information_officer", "信息员"),
    ("supervision_contact", "督查联络员"),
    ("personnel_manager", "人事管理员"),
    ("vehicle_manager", "车辆管理员"),
    ("supplies_manager", "物资管理员"),
    ("duty_manager", "值班管理员"),
    ("archivist", "档案员"),
    ("application_owner", "应用负责人"),
    ("group_maintainer", "群维护人"),
    ("knowledge_manager", "知识管理员"),
)
_OF_DISTRICT = (
    ("supervisor", "区督查员"),
    ("supervision_office", "督查室"),
    ("information_section", "信息科"),
    ("duty_office", "总值班室"),
    ("secretariat", "秘书科"),
)

ROLES = (
    SYSTEM_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    AUDIT_ADMINISTRATOR,
    GRADED_ADMINISTRATOR,
    *(
        Role(f"accounts.{key}", label, (), scope, order=order)
        for scope, first, named in ((Scope.SUBTREE, 100, _OF_UNITS), (Scope.DISTRICT, 500, _OF_DISTRICT))
        for order, (key, label) in enumerate(named, start=first)
    ),
)

# 使用承诺书: what every user accepts at activation (domain reference §2; R1-22, R1-26, R1-27).
COMMITMENT = (
    "本平台仅用于政务办公，不用于与工作无关的用途。",
    "不在平台存储、处理、传输涉密信息。",
    "不以复制、截屏、转发等方式在互联网传播平台内的敏感信息。",
    "不扩散组织架构和人员信息，不将账号转借他人使用。",
    "岗位变动时及时做好工作交接，退出不必要的工作群。",
)
