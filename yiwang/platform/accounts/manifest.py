"""What accounts give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.parameters import parameters
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.personal_data import PersonalData, personal_data
from yiwang.kernel.extension.realtime import LiveSessions, live_sessions
from yiwang.kernel.extension.roles import roles as role_registry
from yiwang.platform.accounts import jobs, vocabulary
from yiwang.platform.accounts.actions import role_moves, roles, sessions, verification
from yiwang.platform.accounts.queries import held, live, own_data, principals
from yiwang.platform.org import hooks as org

audit_verbs.add_all(vocabulary.VERBS)
message_kinds.add_all(vocabulary.MESSAGES)
permissions.add_all(vocabulary.PERMISSIONS)
parameters.add_all(vocabulary.PARAMETERS)
live_sessions.add(
    LiveSessions(
        "accounts.sessions",
        "登录会话",
        cookie=live.COOKIE,
        channel=principals.CHANNEL,
        living=live.living,
    )
)
role_registry.add_all(vocabulary.ROLES)
org.post_moved.add(role_moves.follow_moved_post)
org.person_changed.add(verification.follow_person)
org.post_ended.add(roles.end_roles_of_post)
org.unit_split.add(role_moves.follow_split)
org.unit_revoked.add(roles.end_roles_of_unit)
org.tree_changed.add(principals.follow_tree)
org.post_started.add(sessions.follow_posts)
org.post_ended.add(sessions.follow_posts)
org.post_moved.add(sessions.follow_moved_post)
menu.add(
    MenuEntry(
        "accounts",
        "我的",
        url_name="accounts:card",
        icon="user",
        order=900,
        group="个人",
        staff_only=False,
        tab=True,
    )
)
menu.add(
    MenuEntry(
        "accounts_administration",
        "管理模式",
        url_name="accounts:administration",
        icon="shield-lock",
        order=780,
        group="管理后台",
        when=principals.is_waiting_administrator,
    )
)
schedules.add(
    every("accounts.expire_temporary", "临时账号到期", minutes=1, run=jobs.expire_temporary_accounts)
)
schedules.add(
    daily("accounts.remind_of_temporary", "临时账号到期提醒", at="09:00", run=jobs.remind_of_temporary)
)
job_types.add(Job("accounts.verify", "实名认证", run=jobs.verify))
schedules.add(every("accounts.verify_due", "重试实名认证", minutes=1, run=jobs.verify_due))
schedules.add(every("accounts.keep_suspensions", "停用到期自动恢复", minutes=10, run=jobs.keep_suspensions))
schedules.add(every("accounts.end_stale_sessions", "结束超时会话", minutes=10, run=jobs.end_stale_sessions))
schedules.add(
    every("accounts.end_administration", "结束到时的管理模式", minutes=1, run=jobs.end_overdue_administration)
)
schedules.add(daily("accounts.end_roles", "终止任期届满的角色", at="00:05", run=jobs.end_roles_by_date))
schedules.add(daily("accounts.forget_attempts", "清理登录尝试记录", at="03:10", run=jobs.forget_attempts))
holdings.add(
    Holding(
        "accounts.roles",
        "担任的角色",
        of_person=held.roles_of,
        of_unit=held.roles_at,
        move_to_unit=role_moves.move_roles,
        order=70,
    )
)
holdings.add(Holding("accounts.grants", "授予的权限", of_person=held.rights_of, order=71))
holdings.add(Holding("accounts.sessions", "登录的设备", of_person=held.devices_of, order=90))
personal_data.add(
    PersonalData(
        "accounts.record",
        "人员信息",
        "实名登记、组织人员管理和通讯录服务",
        ("项目", "内容"),
        own_data.record,
        order=10,
    )
)
personal_data.add(
    PersonalData(
        "accounts.posts",
        "任职",
        "确定岗位职责和办理权限",
        ("机构", "职务", "任职类型", "起始日期", "结束日期"),
        own_data.posts,
        order=20,
    )
)
personal_data.add(
    PersonalData(
        "accounts.accounts",
        "账号",
        "登录平台和身份鉴别",
        ("登录名", "账号类型", "状态", "开通时间", "激活时间", "签署承诺书时间", "密码修改时间"),
        own_data.accounts,
        order=30,
    )
)
personal_data.add(
    PersonalData(
        "accounts.roles",
        "角色",
        "按岗位授予办理权限",
        ("角色", "范围", "授权人", "生效日期", "终止时间"),
        own_data.roles,
        order=40,
    )
)
personal_data.add(
    PersonalData(
        "accounts.verifications",
        "实名认证",
        "核验本人身份",
        ("时间", "事由", "结果", "认证方", "流水号"),
        own_data.verifications,
        order=50,
    )
)
personal_data.add(
    PersonalData(
        "accounts.sessions",
        "登录记录",
        "账号安全审计，按规定留存",
        ("登录时间", "终端", "IP地址", "结束时间", "结束原因"),
        own_data.sessions,
        order=60,
    )
)
