"""What files give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import daily, schedules
from yiwang.kernel.extension.previews import Preview, previews
from yiwang.kernel.files import jobs, vocabulary
from yiwang.kernel.files.kinds import INLINE

audit_verbs.add_all(vocabulary.VERBS)
previews.add(Preview("files.inline", "在线查看", INLINE, "files:show"))
schedules.add(daily("files.clean_up", "清理未使用的附件", at="03:20", run=jobs.clean_up))
