"""What parameters give to the platform."""

from django.conf import settings

from yiwang.kernel import templating
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.parameters import Parameter, parameters
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.parameters import queries, vocabulary

permissions.add(vocabulary.MANAGE)
templating.globals_of_modules.update(platform_operator=queries.platform_operator, parameter=queries.told)
audit_verbs.add_all((vocabulary.CHANGED, vocabulary.RESTORED))
parameters.add(
    Parameter(
        "parameters.operator",
        "平台",
        "平台主管单位",
        settings.PLATFORM_OPERATOR,
        least=2,
        most=30,
        note="显示在各页面底部和平台发出的邮件中；机构改革更名后在此修改",
    )
)
