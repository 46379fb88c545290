"""What the policy must know of each person, worked out from posts, accounts, rules, hidings and tiers.

`actions/sight.py` keeps it as classes; trying out a proposal compares it with what it would become.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models import Book
from yiwang.platform.org.models import Person, Unit

_TOWNS_NAME = "镇街道"  # the category under which the streets and towns stand (R2-4)

# What the policy must know of each person; is_present: somebody else may see him at all (step 1). Canaries
# are persons from outside, whom no figure counts, but the rules are to hold for them as for anybody.
_FACTS = """
SELECT person.id,
       person.status = ANY(%(present)s) AND (person.category <> 'external' OR canary.id IS NOT NULL)
         AND person.unit_id IS NOT NULL
         AND coalesce(unit.status = 'active', false)
         AND coalesce(account.state, 'active') IN ('active', 'inactive') AS is_present,
       coalesce(raised.tier, ranks.tier, 4)::smallint AS tier, coalesce(unit.zone, 0) AS zone,
       greatest((NOT person.is_listed)::int, coalesce(hiding.reserve, 0))::smallint AS reserve,
       coalesce(belonging.groups, '{{}}') AS groups
FROM org_person person
LEFT JOIN org_unit unit ON unit.id = person.unit_id
LEFT JOIN accounts_account account ON account.person_id = person.id
LEFT JOIN addressbook_tieroverride raised ON raised.person_id = person.id AND raised.state = 'active'
    AND raised.valid_from <= %(today)s AND raised.valid_to >= %(today)s
LEFT JOIN (
    SELECT hiding.person_id, CASE hiding.scope WHEN 'except_own' THEN 1 ELSE 2 END AS reserve
    FROM addressbook_hiding hiding
    WHERE hiding.person_id IS NOT NULL AND hiding.state = 'active' AND hiding.fields = '{{}}'
      AND hiding.valid_from <= %(today)s AND (hiding.valid_to IS NULL OR hiding.valid_to >= %(today)s)
) hiding ON hiding.person_id = person.id
LEFT JOIN (
    SELECT post.person_id, min(CASE
        WHEN holder.duty_level = ANY(%(leading)s) THEN 1
        WHEN post.is_leader AND place.level = 2 THEN 2
        WHEN %(towns)s <> '' AND place.path >= %(towns)s AND place.path < %(after_towns)s THEN 4
        ELSE 3 END) AS tier
    FROM org_post post
    JOIN org_unit place ON place.id = post.unit_id
    JOIN org_person holder ON holder.id = post.person_id
    WHERE post.is_living {posts_of_these}
    GROUP BY post.person_id
) ranks ON ranks.person_id = person.id
LEFT JOIN addressbook_canary canary ON canary.person_id = person.id AND canary.kind <> 'outside'
    AND canary.ended_at IS NULL
LEFT JOIN ({groups}) belonging ON belonging.person_id = person.id
WHERE {these}
"""
# Only groups that a living rule aims at make classes; the others would only multiply them.
_AIMED_AT = (
    "SELECT target_group_id FROM addressbook_rule WHERE state = 'active' AND target_group_id IS NOT NULL"
)
_GROUPS = f"""
    SELECT person_id, array_agg(group_id ORDER BY group_id) AS groups FROM (
        SELECT member.person_id, member.group_id FROM addressbook_groupmember member
        WHERE member.group_id IN ({_AIMED_AT})
      UNION
        SELECT post.person_id, duty.id
        FROM addressbook_group duty JOIN org_post post ON post.title = duty.reference AND post.is_living
        WHERE duty.source = 'org.title'
          AND duty.id IN ({_AIMED_AT})
    ) AS member GROUP BY person_id
"""

_MADE_OF = f"""
SELECT ARRAY(SELECT id FROM addressbook_tieroverride raised WHERE {{living}} AND raised.valid_to >= %(today)s
             ORDER BY id),
       ARRAY(SELECT id FROM addressbook_hiding hiding WHERE {{living}} AND fields = '{{{{}}}}'
               AND (valid_to IS NULL OR valid_to >= %(today)s) ORDER BY id),
       ARRAY(SELECT DISTINCT target_group_id FROM ({_AIMED_AT}) AS aimed ORDER BY 1)
""".format(living="state = 'active' AND valid_from <= %(today)s")


def made_of() -> tuple[tuple[int, ...], ...]:
    """Decisions that make classes: tiers set by hand, hidings of whole entries, groups that rules aim at."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE_OF, {"today": timezone.localdate()})
        return tuple(tuple(ids) for ids in cursor.fetchone())


def statement(ids: Sequence[int] | None) -> tuple[str, dict[str, Any]]:
    """The query (id, is_present, tier, zone, reserve, groups) and its parameters; None: of everybody."""
    towns = towns_path()
    parameters: dict[str, Any] = {
        "today": timezone.localdate(),
        "present": [str(status) for status in Person.PRESENT],
        "leading": list(rules.LEADING_LEVELS),
        "towns": towns,
        "after_towns": towns + "~",
        "ids": list(ids or ()),
    }
    query = _FACTS.format(
        groups=_GROUPS,
        these="true" if ids is None else "person.id = ANY(%(ids)s)",
        posts_of_these="" if ids is None else "AND post.person_id = ANY(%(ids)s)",
    )
    return query, parameters


def towns_path() -> str:
    """The branch whose people are Q4: what the settings name, else the category of that name."""
    chosen = Book.objects.values_list("towns_unit_id", flat=True).first()
    towns = Unit.objects.filter(pk=chosen) if chosen else Unit.objects.filter(level=1, short_name=_TOWNS_NAME)
    return towns.values_list("path", flat=True).first() or ""
