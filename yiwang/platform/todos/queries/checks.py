"""What is open with an application, by its own numbers, and which links are tried tonight."""

from dataclasses import dataclass

from django.db import connection

from yiwang.platform.todos.models import LinkCheck, Reconciliation, Standing

_OPEN = """
    SELECT biz_id, task_id FROM todos_item WHERE app = %s AND state = 'open' ORDER BY biz_id, task_id"""
_SAMPLE = """
    SELECT app, app_name, biz_id, task_id, url FROM (
        SELECT *, row_number() OVER (PARTITION BY app ORDER BY hashint8(id # %(seed)s)) AS place
        FROM todos_item WHERE state = 'open'
    ) one WHERE place <= %(each)s ORDER BY app, place"""


_DEAD = """
    SELECT item.app, item.app_name, item.biz_id, item.task_id, item.url FROM (
        SELECT DISTINCT ON (app, biz_id, task_id) app, biz_id, task_id, is_good
        FROM todos_linkcheck ORDER BY app, biz_id, task_id, at DESC, id DESC
    ) last JOIN todos_item item USING (app, biz_id, task_id)
    WHERE NOT last.is_good AND item.state = 'open' ORDER BY item.app, item.id LIMIT %s"""
MOST_DEAD = 500
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Link:
    """One open to-do and where it leads."""

    app: str
    app_name: str
    biz_id: str
    task_id: str
    url: str


def open_ids(app: str) -> list[tuple[str, str]]:
    """(biz_id, task_id) of what is open here."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [app])
        return [(biz_id, task_id) for biz_id, task_id in cursor.fetchall()]


def sample(*, each: int, seed: int) -> list[Link]:
    """So many of each application's open to-dos; another choice for each seed."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"each": each, "seed": seed})
        return [Link(*row) for row in cursor.fetchall()]


def dead() -> list[Link]:
    """Links of open to-dos that led nowhere when they were tried last: they are tried until they are well."""
    with connection.cursor() as cursor:
        cursor.execute(_DEAD, [MOST_DEAD])
        return [Link(*row) for row in cursor.fetchall()]


def reconciliations(app: str) -> list[Reconciliation]:
    """The latest looks of an application, the last one first."""
    return list(Reconciliation.objects.filter(app=app).order_by("-at", "-id")[:11])


def standings(app: str) -> dict[str, Standing]:
    """How it stands, by kind of look."""
    return {one.check_kind: one for one in Standing.objects.filter(app=app)}


def dead_links(app: str) -> list[LinkCheck]:
    """What the last look at its links found dead."""
    own = LinkCheck.objects.filter(app=app)
    last = own.order_by("-at", "-id").values_list("at", flat=True)[:1]
    return list(own.filter(at__in=last, is_good=False).order_by("id")[:_SHOWN])
