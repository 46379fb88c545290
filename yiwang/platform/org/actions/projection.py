"""Columns that are copied so that reading is one index scan: order, visibility, headcount, main post.

Each statement changes only rows that differ. At 60,000 units and 300,000 persons the whole takes seconds:
acts on the tree, which are rare and reviewed, use `refresh_tree`; acts on one person use `copy_main_post`.
"""

from django.db import connection, transaction

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.org import hooks
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.vocabulary import PROJECTION_REFRESHED

_UNITS = """
WITH RECURSIVE tree AS (
    SELECT id, ARRAY[sort::bigint, id] AS place, is_listed AND status = 'active' AS listed
    FROM org_unit WHERE parent_id IS NULL
  UNION ALL
    SELECT unit.id, tree.place || ARRAY[unit.sort::bigint, unit.id],
           tree.listed AND unit.is_listed AND unit.status = 'active'
    FROM org_unit unit JOIN tree ON unit.parent_id = tree.id
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY place) AS position, listed::int AS visibility FROM tree
)
UPDATE org_unit unit
SET position = numbered.position, visibility = numbered.visibility
FROM numbered
WHERE unit.id = numbered.id
  AND (unit.position, unit.visibility) IS DISTINCT FROM (numbered.position, numbered.visibility)
"""

# A person stands where his main post is; one without a living main post is not listed.
_PERSONS = """
WITH copied AS (
    SELECT person.id, post.unit_id, coalesce(unit.path, '') AS unit_path, coalesce(post.title, '') AS title,
           coalesce(unit.position::bigint * 10000 + post.sort, {no_place}) AS position,
           (person.is_listed AND person.status IN ('on_post', 'lent', 'attached')
            AND person.category <> 'external' AND coalesce(unit.visibility, 0) = 1)::int AS visibility
    FROM org_person person
    LEFT JOIN org_post post ON post.person_id = person.id AND post.is_living AND post.kind = 'main'
    LEFT JOIN org_unit unit ON unit.id = post.unit_id
    WHERE {which}
)
UPDATE org_person person
SET unit_id = copied.unit_id, unit_path = copied.unit_path, title = copied.title,
    position = copied.position, visibility = copied.visibility
FROM copied
WHERE person.id = copied.id
  AND (person.unit_id, person.unit_path, person.title, person.position, person.visibility)
      IS DISTINCT FROM
      (copied.unit_id, copied.unit_path, copied.title, copied.position, copied.visibility)
"""

_HEADCOUNTS = """
WITH alone AS (
    SELECT unit_path, count(*) AS people FROM org_person
    WHERE visibility = 1 AND unit_path <> '' GROUP BY unit_path
), summed AS (
    SELECT left(unit_path, length) AS path, sum(people) AS people
    FROM alone, generate_series(5, length(unit_path), 5) AS length
    GROUP BY 1
), counted AS (
    SELECT unit.id, coalesce(summed.people, 0) AS people
    FROM org_unit unit LEFT JOIN summed ON summed.path = unit.path COLLATE "C"
)
UPDATE org_unit unit SET headcount = counted.people
FROM counted WHERE unit.id = counted.id AND unit.headcount <> counted.people
"""

_COUNT_ALONG = """
UPDATE org_unit SET headcount = headcount + %s
WHERE path IN (SELECT left(%s, length) FROM generate_series(5, length(%s), 5) AS length)
"""


@transaction.atomic
def refresh_tree(*, actor: Actor = SYSTEM) -> None:
    """Recompute everything that follows from the tree, for all units and persons."""
    with connection.cursor() as cursor:
        cursor.execute(_UNITS)
        cursor.execute(_PERSONS.format(which="true", no_place=Person.NO_PLACE))
        cursor.execute(_HEADCOUNTS)
    hooks.projected(former=None)
    audit.record(PROJECTION_REFRESHED, ("org.unit", "", "组织架构"), actor=actor)
    hooks.tree_changed()


def recount_heads() -> None:
    """All head counts anew, after many people came at once. Part of another action, which does the audit."""
    database.lock("org.headcount")
    with connection.cursor() as cursor:
        cursor.execute(_HEADCOUNTS)
    hooks.projected(former=None)


def copy_main_posts(unit: Unit) -> None:
    """After a change of the order inside a unit: the copied columns of who has his main post there.

    Part of another action, which does the audit. Nobody comes or goes, so head counts stay.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS.format(which="post.unit_id = %s", no_place=Person.NO_PLACE), [unit.pk])


def copy_main_post(person: Person) -> None:
    """After a change of one person or his posts: his copied columns, and the counts along both branches.

    Part of another action, which does the audit and shares the tree's lock before it locks the person.
    Both branches end in the root, whose row everybody changes: the lock on counting makes acts wait in one
    order instead of for each other.
    """
    database.share("org.tree")
    former_path = _recount(person)
    hooks.projected(former={person.pk: former_path})


def _recount(person: Person) -> str:
    """Returns the path he was counted at before."""
    before = Person.objects.values_list("unit_path", "visibility").get(pk=person.pk)
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS.format(which="person.id = %s", no_place=Person.NO_PLACE), [person.pk])
        after = Person.objects.values_list("unit_path", "visibility").get(pk=person.pk)
        if before == after:
            return before[0]
        database.lock("org.headcount")
        for (path, visibility), step in ((before, -1), (after, 1)):
            if visibility and path:
                cursor.execute(_COUNT_ALONG, [step, path, path])
    return before[0]
