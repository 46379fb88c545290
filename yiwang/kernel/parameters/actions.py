"""Setting parameters: one at a time, with a reason, by the system administrator (§29)."""

import re

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require_right
from yiwang.kernel.extension.parameters import Parameter
from yiwang.kernel.parameters import queries
from yiwang.kernel.parameters.models import Setting
from yiwang.kernel.parameters.vocabulary import CHANGED, MANAGE, RESTORED

_MOST_REASON = 200


@transaction.atomic
def set_parameter(parameter: Parameter, value: str, *, seen: str, reason: str, actor: Actor) -> int | str:
    """What arises from now on follows it. seen: the value he saw; a change in between is refused."""
    before = _begin(parameter, seen, actor)
    new = _checked(parameter, value)
    reason = " ".join(reason.split())
    if not reason:
        raise invalid("reason", "请填写修改依据")
    if len(reason) > _MOST_REASON:
        raise invalid("reason", f"不能超过{_MOST_REASON}个字")
    if new == before:
        return new
    words = {"value": str(new), "reason": reason, "changed_at": timezone.now(), "changed_by_name": actor.name}
    Setting.objects.update_or_create(key=parameter.key, defaults=words)
    told = [parameter.told(before), parameter.told(new)]
    audit.record(CHANGED, _target(parameter), actor=actor, reason=reason, changes={"value": told})
    transaction.on_commit(queries.forget)
    return new


@transaction.atomic
def restore_parameter(parameter: Parameter, *, seen: str, actor: Actor) -> None:
    """As the platform ships it."""
    before = _begin(parameter, seen, actor)
    if before == parameter.default:
        return
    Setting.objects.filter(key=parameter.key).delete()
    told = [parameter.told(before), parameter.told(parameter.default)]
    audit.record(RESTORED, _target(parameter), actor=actor, changes={"value": told})
    transaction.on_commit(queries.forget)


def _begin(parameter: Parameter, seen: str, actor: Actor) -> int | str:
    """The value in force; whoever else writes waits."""
    require_right(actor.allows(MANAGE.key), MANAGE.label)
    database.lock("parameters")
    queries.forget()
    before = queries.value_of(parameter)
    if seen != str(before):
        one = queries.stored().get(parameter.key)
        who = f"{one.changed_by_name}于{timezone.localtime(one.changed_at):%H:%M}" if one else "他人"
        raise Refused(f"该数据已被{who}修改，请刷新后重试", status=409, code="E-CONC-01")
    return before


def _checked(parameter: Parameter, value: str) -> int | str:
    value = " ".join(value.split())
    if not value:
        raise invalid("value", "请填写取值")
    if not parameter.is_number:
        if not parameter.least <= len(value) <= parameter.most:
            raise invalid("value", f"应为{parameter.least}至{parameter.most}个字")
        return value
    if not re.fullmatch("[0-9]{1,6}", value):
        raise invalid("value", "请填写整数")
    number = int(value)
    if not parameter.least <= number <= parameter.most:
        raise invalid("value", f"应在{parameter.least}至{parameter.most}{parameter.measure}之间")
    return number


def _target(parameter: Parameter) -> tuple[str, str, str]:
    return "parameters.setting", parameter.key, f"“{parameter.label}”"
