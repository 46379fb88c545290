"""Reading trials (试算): which one a page shows, whether it still holds, whether its worker lives."""

import datetime
import hashlib

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from yiwang.platform.addressbook.models import Proposal, Trial
from yiwang.platform.addressbook.queries.proposals import KINDS
from yiwang.platform.addressbook.queries.visibility import Looker, sees_everybody

# A worker tells how far it is; reading the state of everybody is the longest part without a word.
SILENT_SECONDS = 90
# What was decided is not changed any more, so the ids of what is in force say which rules those are.
_IN_FORCE = """
SELECT concat_ws('|', (SELECT preset FROM addressbook_book),
    (SELECT string_agg(id::text, ',' ORDER BY id) FROM addressbook_rule WHERE {living}),
    (SELECT string_agg(id::text, ',' ORDER BY id) FROM addressbook_hiding WHERE {living}),
    (SELECT string_agg(id::text, ',' ORDER BY id) FROM addressbook_tieroverride WHERE {living}))
""".format(
    living="state = 'active' AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to >= %(today)s)"
)


def rules_of(today: datetime.date) -> str:
    """The decisions in force on that day, as one word that is another when they are."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"today": today})
        return hashlib.sha256(cursor.fetchone()[0].encode()).hexdigest()


def act_of(proposal: Proposal) -> str:
    """What can be tried of it: coming into force, or ending; "" for what is over."""
    if proposal.state in (Proposal.State.DRAFT, Proposal.State.PROPOSED):
        return str(Trial.Act.APPROVE)
    return str(Trial.Act.END) if proposal.state == Proposal.State.ACTIVE else ""


def _of(what: str, proposal: Proposal) -> "QuerySet[Trial]":
    return Trial.objects.filter(what=what, proposal_id=proposal.pk, act=act_of(proposal))


def own(what: str, proposal: Proposal, asker_id: int | None) -> Trial | None:
    """His own trial of it."""
    return _of(what, proposal).filter(asker_id=asker_id or 0).first()


def shown(what: str, proposal: Proposal, viewer: Looker) -> Trial | None:
    """The trial the page shows him: his own, else what another counted, where he may see everybody."""
    found = own(what, proposal, viewer.account_id)
    if found is None and sees_everybody(viewer):
        found = _of(what, proposal).filter(state=Trial.State.DONE).order_by("-finished_at").first()
    return found


def drafted(what: str, number: int, author: Looker) -> tuple[Proposal, dict[str, list[str]]] | None:
    """His own draft with that number, and what he typed into its form."""
    rows: QuerySet[Proposal] = QuerySet(KINDS[what])
    proposal = rows.filter(pk=number, state=Proposal.State.DRAFT, proposed_by_id=author.account_id).first()
    if proposal is None:
        return None
    tried = own(what, proposal, author.account_id)
    return proposal, dict(tried.typed) if tried else {}


def addition_of(what: str, draft: Proposal, author: Looker) -> str:
    """The form that the draft was written with."""
    tried = own(what, draft, author.account_id)
    return tried.addition if tried else ""


def is_silent(trial: Trial, now: datetime.datetime) -> bool:
    """At work, as it says, but without a word for so long that its worker must have died."""
    return trial.is_at_work and (now - trial.alive_at).total_seconds() > SILENT_SECONDS


def is_stale(trial: Trial) -> bool:
    """Have rules begun or ended since it was counted?"""
    return trial.state == Trial.State.DONE and trial.rules_of != rules_of(timezone.localdate())
