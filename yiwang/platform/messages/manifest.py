"""What messages give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import Job, every, job_types, schedules
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.sms import sms_templates
from yiwang.platform.messages import jobs, vocabulary

audit_verbs.add_all(vocabulary.VERBS)
permissions.add(vocabulary.READ_TEXTS)
sms_templates.add_all(vocabulary.TEMPLATES)
job_types.add(Job("messages.text_receivers", "生成消息短信", run=jobs.text_receivers))
job_types.add(Job("messages.dispatch_texts", "发送短信", run=jobs.dispatch_texts))
schedules.add(every("messages.send_due_texts", "发送到时短信", minutes=1, run=jobs.dispatch_texts))
schedules.add(every("messages.forget_codes", "清理短信验证码", minutes=10, run=jobs.forget_codes))
