"""What imports give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import Job, daily, job_types, schedules
from yiwang.kernel.imports import jobs, vocabulary

audit_verbs.add_all(vocabulary.VERBS)
job_types.add(Job("imports.judge", "校验导入文件", run=jobs.judge, retries=2))
job_types.add(Job("imports.apply", "写入导入内容", run=jobs.apply, retries=2))
schedules.add(daily("imports.forget", "清除导入明细", at="03:40", run=jobs.forget))
