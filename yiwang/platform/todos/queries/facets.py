"""How a person's open to-dos divide by application and by the post in which they came to him."""

from dataclasses import dataclass

from django.apps import apps

from yiwang.kernel.database import planned
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.todos.models import Assignment

_FACETS = """
    SELECT item.app, max(item.app_name) AS app_name, own.post_id, count(*) AS number
    FROM todos_assignment own JOIN todos_item item ON item.id = own.item_id
    WHERE own.person_id = %(person)s AND own.state = '{state}'
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

    @property
    def number(self) -> int:
        return sum(one.number for one in self.by_app)

    @property
    def apps(self) -> list[tuple[str, str]]:
        """As a filter offers them: nobody needs those of which he has nothing."""
        return [(one.value, one.label) for one in self.by_app]


def name_of(app: str, app_name: str) -> str:
    """What an application is called: by itself, or as the module that it is."""
    if app_name:
        return app_name
    return str(apps.get_app_config(app).verbose_name) if app in apps.app_configs else app


def facets(viewer: Principal, state: Assignment.State) -> Facets:
    """Counted from the same rows as the list, in one statement."""
    posts = {post.id: f"{post.unit_name} {post.title}" for post in viewer.posts}
    rows = planned(_FACETS.format(state=state.value), {"person": viewer.person_id})
    return Facets(
        by_app=tuple(
            Facet(row["app"], name_of(row["app"], row["app_name"]), row["number"])
            for row in rows
            if row["app"]
        ),
        by_post=tuple(
            Facet(str(row["post_id"] or ""), posts.get(row["post_id"], "原任职"), row["number"])
            for row in rows
            if row["app"] is None
        ),
    )


def apps_of(viewer: Principal) -> list[tuple[str, str]]:
    """Applications that push to-dos, as a filter offers them."""
    return [(row["app"], name_of(row["app"], row["app_name"])) for row in planned(_APPS, {})]
