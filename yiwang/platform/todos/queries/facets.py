"""How a person's open to-dos divide by application and by the post in which they came to him."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from yiwang.platform.accounts.queries.principals import Principal

_FACETS = """
    SELECT item.app, max(item.app_name), own.post_id, count(*)
    FROM todos_assignment own JOIN todos_item item ON item.id = own.item_id
    WHERE own.person_id = %(person)s AND own.state = %(state)s
    GROUP BY GROUPING SETS ((item.app), (own.post_id))
    ORDER BY 4 DESC, 1, 3"""

# Each application once, by jumping from one to the next in the unique index.
_APPS = """
    WITH RECURSIVE one AS (
        (SELECT app, app_name FROM todos_item ORDER BY app LIMIT 1)
        UNION ALL
        SELECT next.app, next.app_name FROM one, LATERAL (
            SELECT app, app_name FROM todos_item WHERE app > one.app ORDER BY app LIMIT 1) next
    )
    SELECT app, app_name FROM one"""


@dataclass(frozen=True, slots=True)
class Facet:
    """One part: what the filter calls it, what it is called, how many."""

    value: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Facets:
    """by_app and by_post each add up to the whole."""

    by_app: tuple[Facet, ...]
    by_post: tuple[Facet, ...]


def name_of(app: str, app_name: str) -> str:
    """What an application is called: by itself, or as the module that it is."""
    if app_name:
        return app_name
    return str(apps.get_app_config(app).verbose_name) if app in apps.app_configs else app


def facets(viewer: Principal, state: str) -> Facets:
    """Counted from the same rows as the list, in one statement."""
    posts = {post.id: f"{post.unit_name} {post.title}" for post in viewer.posts}
    with connection.cursor() as cursor:
        cursor.execute(_FACETS, {"person": viewer.person_id, "state": str(state)})
        rows = cursor.fetchall()
    return Facets(
        by_app=tuple(Facet(app, name_of(app, name), number) for app, name, _, number in rows if app),
        by_post=tuple(
            Facet(str(post or ""), posts.get(post, "原任职"), number)
            for app, _, post, number in rows
            if app is None
        ),
    )


def apps_of(viewer: Principal) -> list[tuple[str, str]]:
    """Applications that push to-dos, as a filter offers them."""
    with connection.cursor() as cursor:
        cursor.execute(_APPS)
        return [(app, name_of(app, name)) for app, name in cursor.fetchall()]
