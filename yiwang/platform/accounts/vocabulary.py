"""What accounts say to the platform: audit verbs and permissions."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope

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
    MOBILE_REVEALED,
)

MANAGE = Permission("accounts.manage", "账号管理", Scope.DISTRICT)
GRANT = Permission("accounts.grant", "授权管理", Scope.DISTRICT)

PERMISSIONS = (MANAGE, GRANT)

# 使用承诺书: what every user accepts at activation (domain reference §2; R1-22, R1-26, R1-27).
COMMITMENT = (
    "本平台仅用于政务办公，不用于与工作无关的用途。",
    "不在平台存储、处理、传输涉密信息。",
    "不以复制、截屏、转发等方式在互联网传播平台内的敏感信息。",
    "不扩散组织架构和人员信息，不将账号转借他人使用。",
    "岗位变动时及时做好工作交接，退出不必要的工作群。",
)
