"""What connected applications say to the platform: audit verbs, rights, and the numbers of the WeCom face."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission
from yiwang.kernel.extension.permissions import Scope as Reach
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.platform.clients.models import client

EVENT_PATHS = ("/api/v1/events", "/api/v1/events/stream")  # of calls that can wait

REGISTERED = AuditVerb("clients.registered", "登记了接入应用{target}")
CHANGED = AuditVerb("clients.changed", "修改了接入应用{target}")
ENABLED = AuditVerb("clients.enabled", "启用了接入应用{target}")
DISABLED = AuditVerb("clients.disabled", "停用了接入应用{target}，事由：{reason}")
CLOSED = AuditVerb("clients.closed", "注销了接入应用{target}，事由：{reason}")
MEMBER_ADDED = AuditVerb("clients.member_added", "为接入应用{target}添加了负责人")
MEMBER_REMOVED = AuditVerb("clients.member_removed", "移出了接入应用{target}的负责人")
SECRET_MADE = AuditVerb("clients.secret_made", "生成了接入应用{target}的密钥")
SECRET_ENDED = AuditVerb("clients.secret_ended", "作废了接入应用{target}的密钥")
SIGNING_KEY_MADE = AuditVerb("clients.signing_key_made", "生成了接入应用{target}的签名密钥")
TOKEN_ISSUED = AuditVerb("clients.token_issued", "取得了访问令牌")
TRIAL_TOKEN = AuditVerb("clients.trial_token", "取得了沙箱应用{target}的调试令牌")
TOKEN_REFUSED = AuditVerb("clients.token_refused", "未能取得访问令牌：{reason}")
JOB_STARTED = AuditVerb("clients.job_started", "提交了批量作业：{target}")
SUBSCRIBED = AuditVerb("clients.subscribed", "为接入应用{target}添加了事件回调")
SUBSCRIPTION_CHANGED = AuditVerb("clients.subscription_changed", "变更了接入应用{target}的事件回调状态")
SUBSCRIPTION_ENDED = AuditVerb("clients.subscription_ended", "删除了接入应用{target}的事件回调")
REPLAYED = AuditVerb("clients.replayed", "重发了接入应用{target}的事件")
CALL_REFUSED = AuditVerb("clients.call_refused", "调用接口被拒绝：{reason}")

VERBS = (
    REGISTERED,
    CHANGED,
    ENABLED,
    DISABLED,
    CLOSED,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    SECRET_MADE,
    SECRET_ENDED,
    SIGNING_KEY_MADE,
    TOKEN_ISSUED,
    TOKEN_REFUSED,
    TRIAL_TOKEN,
    CALL_REFUSED,
    JOB_STARTED,
    SUBSCRIBED,
    SUBSCRIPTION_CHANGED,
    SUBSCRIPTION_ENDED,
    REPLAYED,
)

MANAGE = Permission(client.MANAGE, "管理接入应用", Reach.DISTRICT)
DEVELOP = Permission(client.DEVELOP, "维护本单位接入应用", Reach.SUBTREE)

PERMISSIONS = (MANAGE, DEVELOP)
ROLE_EXTRAS = (
    RoleExtra("clients.system_administrator", "accounts.system_administrator", (MANAGE,)),
    RoleExtra("clients.graded_administrator", "accounts.graded_administrator", (DEVELOP,)),
    RoleExtra("clients.application_owner", "accounts.application_owner", (DEVELOP,)),
)

# Refusals of the native face (domain reference §32 names those of people; these are for programs).
NO_TOKEN = "E-API-01"  # noqa: S105  names of errors, not secrets
EXPIRED_TOKEN = "E-API-02"  # noqa: S105
DISABLED_CLIENT = "E-API-03"
FOREIGN_ADDRESS = "E-API-04"
NO_SCOPE = "E-API-05"
TOO_OFTEN = "E-API-06"
BAD_SIGNATURE = "E-API-07"
OTHER_REQUEST = "E-API-08"
STILL_RUNNING = "E-API-09"
BAD_CLIENT = "E-API-10"

NOBODY_TOLD = "E-API-11"
UNUSABLE_CODE = "E-API-12"

# As the guide for developers lists them: HTTP status, and what is to be done.
ERRORS: dict[str, tuple[int, str]] = {
    NO_TOKEN: (401, "缺少访问令牌或令牌无效，请重新获取"),
    EXPIRED_TOKEN: (401, "访问令牌已过期或随密钥作废，请重新获取"),
    DISABLED_CLIENT: (401, "应用已停用或注销，请联系系统管理员"),
    FOREIGN_ADDRESS: (403, "调用方地址不在登记的范围内"),
    NO_SCOPE: (403, "应用未开通该接入方式"),
    TOO_OFTEN: (429, "调用过于频繁，请按 Retry-After 等待"),
    BAD_SIGNATURE: (401, "请求签名不正确、过期或随机数已使用"),
    OTHER_REQUEST: (422, "同一幂等键用于不同的请求，请更换幂等键"),
    STILL_RUNNING: (409, "相同的请求正在处理，请稍后用原幂等键重试"),
    BAD_CLIENT: (401, "应用ID或密钥不正确"),
    NOBODY_TOLD: (422, "接收人全部无效或不在可见范围"),
    UNUSABLE_CODE: (409, "response_code 无效、已过期或已使用，请使用新的 response_code"),
    "E-TAG-01": (404, "标签不存在或未共享"),
    "E-NOTF-01": (404, "对象不存在，或不属于本应用、不在可见范围"),
    "E-STATE-01": (409, "当前状态不能执行该操作"),
    "E-DATE-01": (422, "时间不合理"),
}

# WeCom's numbers, where the meaning is the same: (number, what it means here).
ERRCODES: dict[int, str] = {
    -1: "系统繁忙，请稍后重试",
    0: "ok",
    40001: "corpsecret 不正确",
    40003: "userid 不存在或不在可见范围",
    40013: "corpid 不存在",
    40014: "access_token 无效",
    40031: "userlist 全部无效",
    40056: "agentid 与应用不符",
    40058: "参数不符合要求",
    40068: "标签不存在或未共享",
    40070: "partylist、userlist 全部无效",
    41001: "缺少 access_token",
    41002: "缺少 corpid",
    41004: "缺少 corpsecret",
    42001: "access_token 已过期",
    42014: "卡片的 task_id 不符合要求或已使用",
    42022: "response_code 无效、已过期或已使用，只能使用一次",
    43001: "应使用 GET 方法",
    43002: "应使用 POST 方法",
    43004: "接收人尚未激活账号",
    44004: "文本内容为空",
    45002: "内容超过长度限制",
    45009: "调用过于频繁",
    45033: "相同的请求正在处理",
    47001: "请求正文不是有效的 JSON",
    48002: "应用未开通该接口",
    48004: "应用已停用",
    60003: "部门不存在或不在可见范围",
    60011: "没有权限",
    60020: "调用方地址不在登记的范围内",
    60111: "userid 不存在或不在可见范围",
    81013: "接收人全部无效或不在可见范围",
    301002: "没有权限操作该对象",
    301025: "请求签名不正确",
    404001: "接口不存在",
}

# Native refusals by the number a WeCom-shaped client expects; others go by their status.
ERRCODE_OF: dict[str, int] = {
    NO_TOKEN: 40014,
    EXPIRED_TOKEN: 42001,
    DISABLED_CLIENT: 48004,
    FOREIGN_ADDRESS: 60020,
    NO_SCOPE: 48002,
    TOO_OFTEN: 45009,
    BAD_SIGNATURE: 301025,
    OTHER_REQUEST: 40058,
    STILL_RUNNING: 45033,
    BAD_CLIENT: 40001,
    NOBODY_TOLD: 81013,
    UNUSABLE_CODE: 42022,
}
ERRCODE_OF_STATUS: dict[int, int] = {
    401: 40014,
    403: 60011,
    404: 301002,
    409: 301002,
    422: 40058,
    429: 45009,
}
