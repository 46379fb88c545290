"""Who stands at the steps of a change's review (domain reference §2, §29). Nobody decides his own matter: the
engine leaves out who submitted it and whom it concerns.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from yiwang.kernel.extension.approvals import Seat
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR, SYSTEM_ADMINISTRATOR
from yiwang.platform.changes.queries.person_operation import OFFICE_DIRECTOR
from yiwang.platform.org.models import Unit

_UNIT_LEADERS = ("accounts.unit_head", "accounts.deputy_head")


def unit_reviewers(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """单位审核: the unit's office director; where there is none the leaders, else the other administrators.

    A unit without anybody who may review is looked after by the district.
    """
    unit = Unit.objects.get(pk=context[arguments["unit"]])
    barred = {int(one) for one in context.get("concerns", ())} | {int(context.get("drafter") or 0)}
    for group in ((OFFICE_DIRECTOR,), _UNIT_LEADERS, (GRADED_ADMINISTRATOR.key,)):
        seats = [seat for seat in _holders(group, unit) if seat.person_id not in barred]
        if seats:
            return seats
    return district_reviewers(context, arguments)


def unit_administrators(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """对方确认: the other side's administrators and its office director, whoever comes first."""
    unit = Unit.objects.get(pk=context[arguments["unit"]])
    seats = _holders((GRADED_ADMINISTRATOR.key, OFFICE_DIRECTOR), unit)
    return seats or district_reviewers(context, arguments)


def district_reviewers(context: Mapping[str, Any], arguments: Mapping[str, Any]) -> Sequence[Seat]:
    """区级审核: the system administrators."""
    found = roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)
    return [Seat(holder.person_id, holder.post_id) for holder in found]


def _holders(keys: Sequence[str], unit: Unit) -> list[Seat]:
    found = [holder for key in keys for holder in roles.holders(key, unit)]
    return [Seat(holder.person_id, holder.post_id) for holder in found]
