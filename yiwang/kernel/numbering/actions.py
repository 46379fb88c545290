"""Issuing and voiding numbers. Whether someone may is decided by the module whose act this is part of."""

from collections.abc import Sequence

from django.db import connection, models, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.bulk import Copy
from yiwang.kernel.errors import invalid, require
from yiwang.kernel.extension.numbering import Series, number_series
from yiwang.kernel.numbering.models import Number
from yiwang.kernel.numbering.vocabulary import ISSUED, VOIDED

# The update waits for whoever holds the counter's row and counts on from what he committed; when he rolls
# back, his value comes free again before anybody else can have seen a later one.
_NEXT = """
    INSERT INTO numbering_counter (series, year, scope, last)
    VALUES (%(series)s, %(year)s, %(scope)s, %(count)s)
    ON CONFLICT (series, year, scope) DO UPDATE SET last = numbering_counter.last + %(count)s
    RETURNING last"""


def issue(series: Series, *, year: int, target: models.Model, actor: Actor | None, scope: str = "") -> Number:
    """The next number of the series, for the saved target. Part of the caller's transaction.

    The counter stays locked until that transaction ends: if it is rolled back there is no hole. Take
    the number late in the act, so that others wait briefly.
    """
    actor = actor or SYSTEM
    value = _count_on(series, year, scope, 1)
    number = Number.objects.create(
        series=series.key,
        year=year,
        scope=scope,
        value=value,
        text=series.text(year=year, n=value, scope=scope),
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_title=str(target)[:300],
        issued_at=timezone.now(),
        issued_by_id=actor.account_id,
        issued_by_name=actor.name,
    )
    audit.record(ISSUED, number, actor=actor, title=f"{number.text}（{number.target_title}）")
    return number


def issue_many(
    series: Series,
    targets: Sequence[tuple[str, int, str]],
    *,
    year: int,
    actor: Actor | None,
    scope: str = "",
) -> list[str]:
    """Consecutive numbers for many things of one act, each given as (model label, id, title); their texts."""
    if not targets:
        return []
    actor = actor or SYSTEM
    last = _count_on(series, year, scope, len(targets))
    first = last - len(targets) + 1
    texts = [series.text(year=year, n=value, scope=scope) for value in range(first, last + 1)]
    now = timezone.now()
    fields = ("series", "year", "scope", "value", "text", "target_type", "target_id", "target_title")
    Copy(Number, (*fields, "issued_at", "issued_by_id", "issued_by_name")).add(
        (
            series.key,
            year,
            scope,
            value,
            text,
            kind,
            str(identity),
            title[:300],
            now,
            actor.account_id,
            actor.name,
        )
        for value, text, (kind, identity, title) in zip(range(first, last + 1), texts, targets, strict=True)
    )
    span = texts[0] if len(texts) == 1 else f"{texts[0]}至{texts[-1]}（共{len(texts)}个）"
    audit.record(ISSUED, ("numbering.number", "", span), actor=actor)
    return texts


def _count_on(series: Series, year: int, scope: str, count: int) -> int:
    """Move the counter on; the last value that is taken now."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is issued inside the transaction of the act that needs it")
    if series.key not in number_series:
        raise LookupError(f"{series.key} is not registered; add it in its app's manifest")
    if bool(scope) != series.is_scoped:
        raise ValueError(f"{series.key}: {'a' if series.is_scoped else 'no'} scope is needed")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"series": series.key, "year": year, "scope": scope, "count": count})
        return int(cursor.fetchone()[0])


@transaction.atomic
def void(number: Number, *, reason: str, actor: Actor | None) -> None:
    """Make an issued number void (作废): it enters the 废号台账 and is never used again (§0.6)."""
    number = Number.objects.select_for_update().get(pk=number.pk)
    require(
        number.state == Number.State.VALID,
        f"当前状态为“{number.get_state_display()}”，不能执行“作废”",
        code="E-STATE-01",
    )
    if not reason.strip():
        raise invalid("reason", "请填写作废原因")
    actor = actor or SYSTEM
    number.state = Number.State.VOID
    number.voided_at = timezone.now()
    number.voided_by_id = actor.account_id
    number.voided_by_name = actor.name
    number.void_reason = reason.strip()[:500]
    number.save(update_fields=["state", "voided_at", "voided_by_id", "voided_by_name", "void_reason"])
    audit.record(VOIDED, number, actor=actor, reason=number.void_reason, changes={"state": ["有效", "作废"]})
