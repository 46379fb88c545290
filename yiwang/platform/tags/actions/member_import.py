"""Members brought in by a workbook, row by row."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import Incoming
from yiwang.platform.tags.actions.member import add_members
from yiwang.platform.tags.models import TagMember
from yiwang.platform.tags.queries import import_plan


@transaction.atomic
def import_members(rows: Sequence[Incoming], *, actor: Any) -> None:
    """Put what the rows mean on their lists; each addition is recorded."""
    for one in import_plan.plan([row.cells for row in rows], actor):
        if one.error or one.tag is None:
            raise Refused(one.error, status=422)
        add_members(
            one.tag,
            persons=[one.person.pk] if one.person else [],
            units=[one.unit.pk] if one.unit else [],
            way=TagMember.Way.IMPORTED,
            actor=actor,
            viewer=actor,
        )
