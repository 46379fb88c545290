"""May one write to somebody? Asked by whatever module carries private messages and calls (§3.3, §3.5).

Directly reached persons, accepted contacts among them, may be written to. Besides, a running conversation
which the other side began may be answered: without his card, without being able to begin one.
"""

import datetime

from django.utils import timezone

from yiwang.platform.addressbook.models import Conversation, Rule
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries import rulebook
from yiwang.platform.addressbook.queries.visibility import Looker
from yiwang.platform.org.models import Person

RUNS = datetime.timedelta(days=30)  # since the last word


def may_begin(viewer: Looker, person_id: int) -> bool:
    """May he write first? By the rules of everybody: an administrator's rights do not help."""
    found = _standing(viewer, person_id)
    if found is None or person_id == viewer.person_id:
        return False
    return policies.of(viewer.person_id).mode(person_id, *found) == Mode.DIRECT


def may_write(viewer: Looker, person_id: int, *, now: datetime.datetime | None = None) -> bool:
    """May he write to this person now, first or in answer?"""
    return may_begin(viewer, person_id) or _may_answer(viewer, person_id, now or timezone.now())


def _standing(viewer: Looker, person_id: int) -> tuple[int, str] | None:
    """Sight class and path of a person whom somebody reaches; None for the rest and for temporary users."""
    if viewer.is_temporary:
        return None
    found = Person.objects.filter(pk=person_id).values_list("sight", "unit_path").first()
    return found if found is not None and found[0] in rulebook.book().sights else None


def _may_answer(viewer: Looker, person_id: int, now: datetime.datetime) -> bool:
    """A rule made for just these two keeps its word also here."""
    if _standing(viewer, person_id) is None:
        return False
    begun = Conversation.objects.filter(
        beginner_id=person_id, answerer_id=viewer.person_id, last_at__gt=now - RUNS
    )
    today = timezone.localtime(now).date()
    barred = Rule.objects.filter(
        viewer_person_id=viewer.person_id,
        target_person_id=person_id,
        mode=Mode.NONE,
        state=Rule.State.ACTIVE,
        valid_from__lte=today,
    ).exclude(valid_to__lt=today)
    return begun.exists() and not barred.exists()
