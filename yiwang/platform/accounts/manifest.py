"""What accounts give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import roles as role_registry
from yiwang.platform.accounts import jobs, vocabulary
from yiwang.platform.accounts.actions import roles, sessions
from yiwang.platform.org import hooks as org

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
role_registry.add_all(vocabulary.ROLES)
org.post_ended.add(roles.end_roles_of_post)
org.unit_revoked.add(roles.end_roles_of_unit)
org.post_started.add(sessions.follow_posts)
org.post_ended.add(sessions.follow_posts)
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
schedules.add(
    every("accounts.expire_temporary", "临时账号到期", minutes=1, run=jobs.expire_temporary_accounts)
)
job_types.add(Job("accounts.verify", "实名认证", run=jobs.verify))
schedules.add(every("accounts.verify_due", "重试实名认证", minutes=1, run=jobs.verify_due))
schedules.add(every("accounts.end_stale_sessions", "结束超时会话", minutes=10, run=jobs.end_stale_sessions))
schedules.add(daily("accounts.forget_attempts", "清理登录尝试记录", at="03:10", run=jobs.forget_attempts))
