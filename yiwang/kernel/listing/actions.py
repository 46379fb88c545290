"""The one act of a list screen that must be remembered: taking its rows out of the platform."""

from collections.abc import Sequence

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused
from yiwang.kernel.listing import vocabulary

_LONGEST_PURPOSE = 200


@transaction.atomic
def record_export(
    title: str, *, purpose: str, rows: int, columns: Sequence[str], filters: str, actor: Actor
) -> None:
    """Remember who took which rows out, and what for. Organisation and person data are 受控信息 (R2-14)."""
    if not purpose.strip():
        raise Refused("查看敏感信息须填写用途", status=422, code="E-SEC-02", fields={"purpose": "请填写用途"})
    if len(purpose) > _LONGEST_PURPOSE:
        raise Refused("用途不能超过200个字", status=422, fields={"purpose": "用途不能超过200个字"})
    audit.record(
        vocabulary.EXPORTED,
        ("kernel.listing", title, f"{title}（{rows}条）"),
        actor=actor,
        reason=purpose.strip(),
        changes={"columns": [None, list(columns)], "filters": [None, filters]},
    )
