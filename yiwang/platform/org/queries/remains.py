"""What a unit still holds: what a preview shows, and what keeps it from being revoked."""

from collections.abc import Sequence
from dataclasses import dataclass

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.holdings import Held, holdings
from yiwang.platform.org.models import Person, Unit

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Remaining:
    """Things of one kind. examples: the first of them. is_blocking: the unit cannot be revoked with them."""

    key: str
    label: str
    count: int
    examples: Sequence[Held]
    is_blocking: bool

    @property
    def words(self) -> str:
        """运行中的应用2个（报修系统、值班系统）"""
        names = "、".join(one.title for one in self.examples[:3])
        return f"{self.label}{self.count}项（{names}{'等' if self.count > 3 else ''}）"


def held_by(unit: Unit, *, includes_below: bool, limit: int = EXAMPLES) -> list[Remaining]:
    """Whatever modules keep of that unit, kind by kind; nothing of which there is none."""
    found = []
    for holding in sorted(holdings, key=lambda one: (one.order, one.key)):
        if holding.of_unit is None:
            continue
        count, examples = holding.of_unit(unit.path, includes_below, limit)
        if count:
            found.append(Remaining(holding.key, holding.label, count, examples, holding.blocks_revocation))
    return found


def serving(unit: Unit) -> int:
    """How many persons have a living post in that very unit."""
    return Person.objects.filter(posts__unit=unit, posts__is_living=True).distinct().count()


def children(unit: Unit) -> int:
    """How many living units stand directly below it."""
    return Unit.objects.living().filter(parent=unit).count()


def require_empty(unit: Unit) -> None:
    """Nobody, nothing below, no holding that forbids it: otherwise the list of what is left (E-ORG-03)."""
    people, below = serving(unit), children(unit)
    blocking = [one for one in held_by(unit, includes_below=False) if one.is_blocking]
    if not people and not below and not blocking:
        return
    if people or below:
        message = f"该机构下仍有{people}名人员、{below}个下级机构，不能撤销"
        if blocking:
            message += "；名下另有" + "、".join(one.words for one in blocking)
    else:
        message = f"该机构名下仍有{'、'.join(one.words for one in blocking)}，不能撤销"
    raise Refused(message, status=409, code="E-ORG-03")
