"""对账 and 链接检查: what applications list against what is here, and where their links lead."""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.todos.actions import standing
from yiwang.platform.todos.models import LinkCheck, Reconciliation, Standing
from yiwang.platform.todos.queries import checks
from yiwang.platform.todos.queries.checks import Link
from yiwang.platform.todos.vocabulary import LINKS_CHECKED, RECONCILED

MOST_LISTED = 100_000
MOST_KEPT = 200  # ids of differences kept for the owner; the number is exact
_KEEP = datetime.timedelta(days=90)


@transaction.atomic
def reconcile(
    app: str, open_ids: Iterable[tuple[str, str]], *, actor: Actor, app_name: str = ""
) -> Reconciliation:
    """The application says what is open with it, by (biz_id, task_id); nothing is changed by that.

    It mends the differences itself: completes what is open only here, pushes what is open only there.
    """
    listed = set(open_ids)
    if len(listed) > MOST_LISTED:
        raise invalid("items", f"一次最多核对{MOST_LISTED}项")
    here = set(checks.open_ids(app))
    only_there, only_here = sorted(listed - here), sorted(here - listed)
    made = Reconciliation.objects.create(
        app=app,
        app_name=app_name,
        at=timezone.now(),
        listed=len(listed),
        open_here=len(here),
        only_there=[list(one) for one in only_there[:MOST_KEPT]],
        only_here=[list(one) for one in only_here[:MOST_KEPT]],
        differences=len(only_there) + len(only_here),
    )
    audit.record(RECONCILED, made, actor=actor, title=f"{app_name or app}，差异{made.differences}项")
    standing.follow(
        app,
        Standing.Check.RECONCILE,
        number=made.differences,
        event={"differences": made.differences},
        now=made.at,
        actor=actor,
    )
    return made


@transaction.atomic
def note_links(tried: Sequence[tuple[Link, int]], *, now: datetime.datetime, actor: Actor) -> int:
    """Write down what the links answered; how many of them lead nowhere."""
    made = [
        LinkCheck(
            app=link.app,
            app_name=link.app_name,
            biz_id=link.biz_id,
            task_id=link.task_id,
            status=status,
            is_good=200 <= status < 400 or status in (401, 403),  # it is there, for others
            at=now,
        )
        for link, status in tried
    ]
    LinkCheck.objects.bulk_create(made)
    LinkCheck.objects.filter(at__lt=now - _KEEP).delete()
    Reconciliation.objects.filter(at__lt=now - _KEEP).delete()
    dead = sum(not one.is_good for one in made)
    if made:
        audit.record(LINKS_CHECKED, ("todos.links", "", f"{len(made)}个，打不开{dead}个"), actor=actor)
    _follow_links(made, now=now, actor=actor)
    return dead


def _follow_links(made: Sequence[LinkCheck], *, now: datetime.datetime, actor: Actor) -> None:
    """Each application that was looked at, and those in trouble of which nothing is left to look at."""
    links = Standing.Check.LINKS
    in_trouble = Standing.objects.filter(check_kind=links, is_good=False).values_list("app", flat=True)
    for app in sorted({one.app for one in made} | set(in_trouble)):
        dead = [one for one in made if one.app == app and not one.is_good]
        items = [{"biz_id": one.biz_id, "task_id": one.task_id, "status": one.status} for one in dead]
        event = {"dead": len(dead), "items": items[:MOST_KEPT]}
        standing.follow(app, links, number=len(dead), event=event, now=now, actor=actor)
