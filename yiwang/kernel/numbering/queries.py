"""Looking at numbers: the ledger of void ones, and whether a series is without holes."""

from django.db.models import QuerySet

from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.numbering.models import Counter, Number


def last_value(series: Series, *, year: int, scope: str = "") -> int:
    """The last value issued; 0 when there is none."""
    counter = Counter.objects.filter(series=series.key, year=year, scope=scope).first()
    return counter.last if counter else 0


def by_text(series: Series, text: str, *, scope: str = "") -> Number | None:
    """The number that reads so, valid or void."""
    return Number.objects.filter(series=series.key, scope=scope, text=text).first()


def voided(series: Series, *, year: int | None = None, scope: str | None = None) -> QuerySet[Number]:
    """The 废号台账 of a series, in the order of the numbers."""
    found = Number.objects.filter(series=series.key, state=Number.State.VOID)
    if year is not None:
        found = found.filter(year=year)
    if scope is not None:
        found = found.filter(scope=scope)
    return found.order_by("year", "scope", "value")


def holes(series: Series, *, year: int, scope: str = "") -> list[int]:
    """Values up to the last one for which there is no number. Empty unless rows were tampered with."""
    issued = Number.objects.filter(series=series.key, year=year, scope=scope)
    present = set(issued.values_list("value", flat=True))
    last = max([last_value(series, year=year, scope=scope), *present])
    return [value for value in range(1, last + 1) if value not in present]
