"""What accounts say to the platform: audit verbs, permissions and roles."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.parameters import Parameter
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import Role
from yiwang.platform.org.vocabulary import MANAGE_CODES, MANAGE_TREE, MANAGE_UNIT

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
ACTIVATION_PROVED = AuditVerb("accounts.activation_proved", "以短信验证码确认了账号{target}的本人身份")
MOBILE_CHANGE_REQUESTED = AuditVerb("accounts.mobile_change_requested", "申请更换本人手机号码")
MOBILE_RELEASED = AuditVerb("accounts.mobile_released", "确认账号{target}不再使用原手机号码")
MOBILE_RELEASE_REFUSED = AuditVerb("accounts.mobile_release_refused", "不同意解除账号{target}的手机号码绑定")
MOBILE_CHANGED = AuditVerb("accounts.mobile_changed", "更换了账号{target}的手机号码")
MOBILE_CHANGE_DROPPED = AuditVerb("accounts.mobile_change_dropped", "账号{target}未更换手机号码：{reason}")
TEMPORARY_REMINDED = AuditVerb("accounts.temporary_reminded", "提醒了临时账号{target}即将到期")
TEMPORARY_EXTENDED = AuditVerb("accounts.temporary_extended", "延长了临时账号{target}的有效期")
OWN_DATA_EXPORTED = AuditVerb("accounts.own_data_exported", "导出了本人的个人信息")
SUSPENSION_PLANNED = AuditVerb("accounts.suspension_planned", "登记了账号{target}的停用")
SUSPENSION_CALLED_OFF = AuditVerb("accounts.suspension_called_off", "撤销了账号{target}的停用登记")
VERIFICATION_REQUESTED = AuditVerb(
    "accounts.verification_requested", "提交了账号{target}的实名认证（{reason}）"
)
VERIFICATION_WITHDRAWN = AuditVerb("accounts.verification_withdrawn", "撤回了账号{target}的实名认证")
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
    ACTIVATION_PROVED,
    MOBILE_CHANGE_REQUESTED,
    MOBILE_RELEASED,
    MOBILE_RELEASE_REFUSED,
    MOBILE_CHANGED,
    MOBILE_CHANGE_DROPPED,
    TEMPORARY_REMINDED,
    TEMPORARY_EXTENDED,
    OWN_DATA_EXPORTED,
    SUSPENSION_PLANNED,
    SUSPENSION_CALLED_OFF,
    VERIFICATION_REQUESTED,
    VERIFICATION_WITHDRAWN,
    VERIFIED,
    VERIFICATION_FAILED,
    VERIFICATION_STUCK,
    ADMINISTRATION_STARTED,
    ADMINISTRATION_ENDED,
    ADMINISTRATION_REFUSED,
    ADMINISTERED,
    MOBILE_REVEALED,
)

# What people are told (domain reference §31); messages, which stand above, hear of each by a hook.
TOLD_OPENED = MessageKind(
    "accounts.account_opened",
    "账号开通",
    Category.NOTICE,
    "您的账号已开通，请在7日内激活",
    "打开平台登录页，选择“激活账号”，凭本手机收到的验证码激活",
    icon="user-check",
    is_sms=True,
)
TOLD_FAILED = MessageKind(
    "accounts.verification_told",
    "实名认证未通过",
    Category.NOTICE,
    "{name}的实名认证未通过：{outcome}",
    "请核对姓名、证件号码和手机号码，更正后重新认证",
    icon="id-badge-off",
)
TOLD_STUCK = MessageKind(
    "accounts.verification_waiting",
    "实名认证待处理",
    Category.NOTICE,
    "{name}的实名认证多次未得到答复，请处理",
    "实名认证服务恢复后，在账号页面点击“重新认证”",
    icon="id-badge-off",
)
TOLD_LOCKED = MessageKind(
    "accounts.account_locked",
    "账号锁定",
    Category.SYSTEM,
    "您的账号因连续5次输错密码，已锁定30分钟",
    "如非本人操作，请立即联系本单位分级管理员",
    icon="lock",
    is_sms=True,
)
TOLD_DEVICE = MessageKind(
    "accounts.device_appeared",
    "新设备登录",
    Category.SYSTEM,
    "您的账号于{at}在新设备（{device}）登录",
    "如非本人操作，请立即修改密码并退出该设备",
    icon="devices",
    is_sms=True,
)
TOLD_SUSPENDED = MessageKind(
    "accounts.account_suspended",
    "账号停用",
    Category.NOTICE,
    "您的账号已停用{until}",
    "如有疑问，请联系本单位分级管理员",
    icon="user-off",
    is_sms=True,
)
TOLD_RESUMED = MessageKind(
    "accounts.account_resumed",
    "账号恢复",
    Category.NOTICE,
    "您的账号已恢复使用",
    icon="user-check",
    is_sms=True,
)
TOLD_ENDING = MessageKind(
    "accounts.temporary_ending",
    "临时账号即将到期",
    Category.REMINDER,
    "临时账号（{name}，{vendor}）将于{day}24:00到期",
    "确需继续使用的，请由接入单位在到期前申请延期",
    icon="clock-exclamation",
    is_sms=True,
)
TOLD_EXPIRED = MessageKind(
    "accounts.temporary_expired",
    "临时账号到期",
    Category.NOTICE,
    "临时账号（{name}，{vendor}）已到期，登录已全部退出",
    icon="clock-off",
    is_sms=True,
)
TOLD_MOBILE = MessageKind(
    "accounts.mobile_changed",
    "手机号码更换",
    Category.SYSTEM,
    "您的手机号码已由{old}更换为{new}",
    "如非本人操作，请立即联系本单位分级管理员",
    icon="device-mobile",
    is_sms=True,
)
TOLD_MOBILE_FAILED = MessageKind(
    "accounts.mobile_refused",
    "手机号码未更换",
    Category.NOTICE,
    "您的手机号码未更换：{reason}",
    "原手机号码继续有效",
    icon="device-mobile-x",
)
TOLD_WANTED = MessageKind(
    "accounts.mobile_wanted",
    "手机号码解除绑定确认",
    Category.REMINDER,
    "您绑定的手机号码{mobile}由他人申请使用，请确认",
    "如您已不再使用该号码，请在“我的”中确认解除绑定",
    icon="device-mobile-question",
)

TOLD_ROLE = MessageKind(
    "accounts.role_granted",
    "角色授予",
    Category.NOTICE,
    "您已担任{role}（{place}）",
    "{since}起生效",
    icon="user-shield",
)
TOLD_ROLE_ENDED = MessageKind(
    "accounts.role_ended",
    "角色终止",
    Category.NOTICE,
    "您不再担任{role}（{place}）",
    "{reason}",
    icon="user-minus",
)
TOLD_PROPOSED = MessageKind(
    "accounts.role_proposed",
    "任命确认",
    Category.REMINDER,
    "请确认任命：{name}拟任{role}",
    "任命文件：{basis}，提请人：{proposer}",
    icon="user-check",
)
TOLD_NOT_CONFIRMED = MessageKind(
    "accounts.role_refused",
    "任命未确认",
    Category.NOTICE,
    "任命未获确认：{name}拟任{role}",
    "{reason}",
    icon="user-x",
)

MESSAGES = (
    TOLD_OPENED,
    TOLD_FAILED,
    TOLD_STUCK,
    TOLD_LOCKED,
    TOLD_DEVICE,
    TOLD_SUSPENDED,
    TOLD_RESUMED,
    TOLD_ENDING,
    TOLD_EXPIRED,
    TOLD_MOBILE,
    TOLD_MOBILE_FAILED,
    TOLD_WANTED,
    TOLD_ROLE,
    TOLD_ROLE_ENDED,
    TOLD_PROPOSED,
    TOLD_NOT_CONFIRMED,
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
    "system_administrator", "系统管理员", MANAGE_TREE, MANAGE_CODES, MANAGE, GRANT, CONFIRM, order=10
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

TEMPORARY_DAYS = Parameter(
    "accounts.temporary_days",
    "账号",
    "临时账号最长期限",
    180,
    "天",
    least=30,
    most=180,
    note="自启用之日起计算，含延期；已批准的账号不变",
)
TEMPORARY_REMINDER = Parameter(
    "accounts.temporary_reminder",
    "账号",
    "临时账号到期提前提醒",
    7,
    "个工作日",
    least=2,
    most=15,
    note="提醒接入联系人和服务商人员，到期前1个工作日再次提醒",
)
PARAMETERS = (TEMPORARY_DAYS, TEMPORARY_REMINDER)
