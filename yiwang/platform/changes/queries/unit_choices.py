"""Units that an applicant may choose, and what his fields suggest while he types."""

from django.db.models import Q

from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.rules import unit_change as rules
from yiwang.platform.changes.vocabulary import APPLY
from yiwang.platform.org.models import Unit, UnitQuerySet

MOST = 12


def choosable(user: Principal) -> UnitQuerySet:
    """Units in use that he may see: another parent, a receiving unit."""
    return Unit.objects.living().visible_to(user)


def applicable(user: Principal) -> UnitQuerySet:
    """Units in use that he may apply for."""
    living = choosable(user)
    if rules.maintains_tree(user):
        return living
    inside = Q(pk__in=())
    for path, includes_below in user.scopes(APPLY.key):
        inside |= Q(path__startswith=path) if includes_below else Q(path=path)
    return living.filter(inside)


def suggested(user: Principal, text: str, *, own_only: bool) -> list[tuple[Unit, str]]:
    """Units whose name or code contains the text, the highest first, each with where it stands."""
    units = applicable(user) if own_only else choosable(user)
    typed = text.strip()
    if typed:
        named = Q(short_name__contains=typed) | Q(full_name__contains=typed)
        units = units.filter(named | Q(code__istartswith=typed))
    found = list(units.order_by("level", "position")[:MOST])
    above = {unit.path: unit.short_name for unit in Unit.objects.filter(path__in=_beginnings(found))}
    return [
        (unit, " / ".join(above[path] for path in unit.ancestor_paths[1:-1] if path in above))
        for unit in found
    ]


def _beginnings(units: list[Unit]) -> set[str]:
    return {path for unit in units for path in unit.ancestor_paths[1:-1]}
