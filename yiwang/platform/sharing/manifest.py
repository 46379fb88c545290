"""What sharing gives to the platform."""

from yiwang.kernel.extension.approvals import Subject, procedures, subjects
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.platform.org import hooks as org
from yiwang.platform.sharing import jobs, vocabulary
from yiwang.platform.sharing.actions import ledger
from yiwang.platform.sharing.actions import shares as share_actions
from yiwang.platform.sharing.queries import home, shares

_USERS = (vocabulary.PROPOSE.key, vocabulary.OVERSEE.key)

permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
audit_verbs.add_all(vocabulary.VERBS)
number_series.add(vocabulary.SHARES)
todo_types.add(vocabulary.REVIEW)
message_kinds.add_all(vocabulary.MESSAGES)
subjects.add(
    Subject(
        shares.SUBJECT,
        "市级共享",
        url=shares.url_of,
        happened=share_actions.happened,
        may_see=shares.may_see,
    )
)
procedures.add_all(vocabulary.PROCEDURES)
menu.add(
    MenuEntry(
        "sharing",
        "市级共享",
        url_name="sharing:shares",
        icon="share",
        order=615,
        group="组织人员",
        any_of=_USERS,
    )
)
worklists.add(
    WorkList(
        "sharing.renewals",
        "待复核的市级共享",
        "通讯录",
        count=home.to_renew,
        url_name="sharing:shares",
        order=440,
        permission=vocabulary.PROPOSE.key,
        icon="rotate-clockwise",
    )
)
worklists.add(
    WorkList(
        "sharing.unconfirmed",
        "市级尚未确认的推送",
        "通讯录",
        count=shares.unconfirmed,
        url_name="sharing:records",
        order=450,
        any_of=_USERS,
        icon="share",
    )
)
job_types.add(Job("sharing.push", "推送到市级通讯录", run=jobs.push))
job_types.add(Job("sharing.refresh_person", "更新市级共享人员", run=jobs.refresh_person))
org.person_changed.add(ledger.follow_person)
schedules.add(every("sharing.follow", "市级共享增量推送", minutes=1, run=jobs.follow_and_push))
schedules.add(daily("sharing.compare", "市级共享全量比对", at="03:40", run=jobs.compare))
schedules.add(daily("sharing.review", "市级共享年度复核", at="08:30", run=jobs.review))
