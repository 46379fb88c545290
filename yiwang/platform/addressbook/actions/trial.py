"""试算: bringing a proposal about, reading what everybody would be, and taking it back; nothing stays.

The census runs while the other state stands in this transaction alone; it is rolled back before anything is
compared. `actions/trials.py` does it in the background.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Book, Contact, PresetChange, Proposal, Rule
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import alike, rulebook, sight_facts, trial_report, visibility
from yiwang.platform.addressbook.queries.alike import Group
from yiwang.platform.addressbook.queries.trial import Comparison, State, Tell, tell_nobody
from yiwang.platform.addressbook.queries.trial_report import Report
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.org.models import Unit

MOST_CONTACTS = 5_000
# No statement runs for ever; a city of 300,000 is read in seconds.
_MILLISECONDS = 600_000
_TOO_LONG = "数据库繁忙，试算未能完成，请稍后重新试算"
# The census of a city would not fit into the memory that is right for statements of a page.
_SETTINGS = """
SELECT set_config('statement_timeout', %s, true), set_config('work_mem', '128MB', true),
       set_config('jit', 'off', true)
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """Both states, read and ready to be compared. moved: (hidden unit before, after) -> units."""

    comparison: Comparison
    moved: Mapping[tuple[int, int], list[int]]

    @property
    def people(self) -> int:
        """How many were counted."""
        return sum(one.people for one in self.comparison.groups)

    def report(self, asker: Looker, tell: Tell = tell_nobody) -> Report:
        """What changes, in words."""
        return trial_report.report(self.comparison, self.moved, asker, tell)


def deciding(proposal: Proposal, *, actor: Looker) -> Tried:
    """What it would change if it were in force from today on."""
    return _attempt(lambda: _put_in_force(proposal), actor)


def ending(proposal: Proposal, *, actor: Looker) -> Tried:
    """What it would change to end it."""
    rows: QuerySet[Proposal] = QuerySet(type(proposal))
    return _attempt(lambda: rows.filter(pk=proposal.pk).update(state=Proposal.State.ENDED), actor)


def _attempt(bring_about: Callable[[], object], asker: Looker) -> Tried:
    try:
        with transaction.atomic():
            undo = transaction.savepoint()
            with connection.cursor() as cursor:
                cursor.execute(_SETTINGS, [str(_MILLISECONDS)])
            before, after, groups, contacts, moved = _read(bring_about, asker)
            transaction.savepoint_rollback(undo)
    except OperationalError as error:
        raise Refused(_TOO_LONG, status=422) from error
    finally:
        rulebook.forget()
    return Tried(Comparison(before, after, groups, contacts), moved)


def _read(
    bring_about: Callable[[], object], asker: Looker
) -> tuple[State, State, list[Group], list[tuple[int, int]], dict[tuple[int, int], list[int]]]:
    before, made_of = State(rulebook.read(), _by_person()), sight_facts.made_of()
    # Whom the asker may see is asked before: by the rules in force, not by those that are tried.
    visible, zones = visibility.condition(asker), dict(visibility.units(asker).values_list("pk", "zone"))
    contacts = _contacts()
    bring_about()
    sight.place_zones()
    after = State(rulebook.read(), _by_person())
    singled = {person for pair in (*before.by_person, *after.by_person, *contacts) for person in pair}
    anew = made_of != sight_facts.made_of()
    groups = alike.groups(before.book, after.book, visible, singled, anew=anew)
    moved = {} if before.book.hidden == after.book.hidden else _moved(zones)
    return before, after, groups, contacts, moved


def _put_in_force(proposal: Proposal) -> None:
    if isinstance(proposal, PresetChange):
        Book.objects.update(preset=proposal.preset)
        return
    today = timezone.localdate()
    rows: QuerySet[Proposal] = QuerySet(type(proposal))
    rows.filter(pk=proposal.pk).update(state=Proposal.State.ACTIVE, valid_from=today)


def _by_person() -> dict[tuple[int, int], Mode]:
    """Person rules in force; of several for a pair the one that allows less."""
    today = timezone.localdate()
    living = Rule.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        kind=Rule.Kind.PERSON,
        state=Rule.State.ACTIVE,
        valid_from__lte=today,
    )
    found: dict[tuple[int, int], Mode] = {}
    for viewer, target, mode in living.values_list("viewer_person", "target_person", "mode"):
        found[viewer, target] = min(Mode(mode), found.get((viewer, target), Mode.DIRECT))
    return found


def _contacts() -> list[tuple[int, int]]:
    """Accepted contacts, the latest first; beyond so many single pairs the sums do not change any more."""
    accepted = Contact.objects.filter(state=Contact.State.ACCEPTED).order_by("-id")
    return list(accepted.values_list("asker_id", "asked_id")[:MOST_CONTACTS])


def _moved(before: Mapping[int, int]) -> dict[tuple[int, int], list[int]]:
    """(hidden unit it lay in before, and now) -> units; those that are hidden at all."""
    after = dict(Unit.objects.living().values_list("pk", "zone"))
    found: dict[tuple[int, int], list[int]] = {}
    for unit, zone in before.items():
        if zone or after[unit]:
            found.setdefault((zone, after[unit]), []).append(unit)
    return found
