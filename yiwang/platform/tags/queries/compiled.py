"""Rules and lists of members as SQL conditions on a row of org_person, all values bound as arguments.

One condition for everything: resolving, counting, previews, the address book's groups. Posts count from their
first day to their last, so that membership follows the effective dates.
"""

import datetime
from typing import Any

from django.db import connection

from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.rules.language import Either, Every, Has, Rule, Serves, Without

# A condition on org_person `person`, and its arguments.
Sql = tuple[str, list[Any]]

_POST = (
    "person.id IN (SELECT post.person_id FROM org_post post{joins} WHERE post.is_living"
    " AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s){more})"
)
_BELOW = (
    " JOIN org_unit place ON place.id = post.unit_id JOIN org_unit top ON top.id = ANY(%s)"
    " AND place.path >= top.path AND place.path < top.path || '~' COLLATE \"C\""
)
# Whose further post fits (true), and whose main post does not count today (false).
_BESIDES = (
    "SELECT post.person_id, true FROM org_post post{joins} WHERE post.is_living AND post.kind <> 'main'"
    " AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to >= %s){more}"
    " UNION ALL SELECT post.person_id, false FROM org_post post WHERE post.is_living AND post.kind = 'main'"
    " AND (post.valid_from > %s OR post.valid_to < %s)"
)
_COLUMNS = {
    "duty_level": "person.duty_level = ANY(%s)",
    "tier": "person.tier = ANY(%s)",
    "sex": "person.sex = ANY(%s)",
    "category": "person.category = ANY(%s)",
    "account": (
        "EXISTS (SELECT 1 FROM accounts_account account"
        " WHERE account.person_id = person.id AND account.kind = ANY(%s))"
    ),
}
_CHOSEN = (
    "person.id IN (SELECT member.person_id FROM tags_tagmember member"
    " WHERE member.tag_id = %s AND member.removed_at IS NULL AND member.person_id IS NOT NULL)"
)
_OF_UNITS = (
    "person.id IN (SELECT post.person_id FROM tags_tagmember member"
    " JOIN org_unit top ON top.id = member.unit_id"
    " JOIN org_unit place ON place.path >= top.path AND place.path < top.path || '~' COLLATE \"C\""
    " JOIN org_post post ON post.unit_id = place.id AND post.is_living AND post.valid_from <= %s"
    " AND (post.valid_to IS NULL OR post.valid_to >= %s)"
    " WHERE member.tag_id = %s AND member.removed_at IS NULL)"
)


def rule_sql(rule: Rule, *, today: datetime.date) -> Sql:
    """Whom the rule speaks of."""
    if isinstance(rule, Every):
        return _joined(rule.parts, " AND ", today)
    if isinstance(rule, Either):
        return _joined(rule.parts, " OR ", today)
    if isinstance(rule, Without):
        sql, values = rule_sql(rule.part, today=today)
        return f"NOT ({sql})", values
    if isinstance(rule, Has):
        return _COLUMNS[rule.fact], [list(rule.values)]
    return _post_sql(rule, today)


def _joined(parts: tuple[Rule, ...], word: str, today: datetime.date) -> Sql:
    compiled = [rule_sql(one, today=today) for one in parts]
    return f"({word.join(sql for sql, _ in compiled)})", [one for _, values in compiled for one in values]


def _post_sql(rule: Serves, today: datetime.date) -> Sql:
    if not (rule.kinds or rule.is_leader or rule.is_head):
        return _copied_sql(rule, today)
    values: list[Any] = [list(rule.units)] if rule.units else []
    values += [today, today]
    titled, titles = _titled("post.title", rule)
    more, values = titled, [*values, *titles]
    if rule.kinds:
        more += " AND post.kind = ANY(%s)"
        values.append(list(rule.kinds))
    if rule.is_leader:
        more += " AND post.is_leader"
    if rule.is_head:
        more += " AND post.is_head"
    return _POST.replace("{joins}", _BELOW if rule.units else "").replace("{more}", more), values


def _titled(column: str, rule: Serves) -> Sql:
    if not rule.titles:
        return "", []
    if rule.is_part:
        return f" AND {column} LIKE ANY(%s)", [[f"%{_literal(one)}%" for one in rule.titles]]
    return f" AND {column} = ANY(%s)", [list(rule.titles)]


def _copied_sql(rule: Serves, today: datetime.date) -> Sql:
    """Who serves there, as whatever: by what is copied from main posts, so that no join is needed."""
    paths = list(Unit.objects.filter(pk__in=rule.units).values_list("path", flat=True))
    below = " OR ".join(["person.unit_path >= %s AND person.unit_path < %s"] * len(paths)) or "FALSE"
    ends = [end for path in paths for end in (path, f"{path}~")]
    there = f"({below})" if rule.units else f"person.position < {Person.NO_PLACE:d}"
    titled, titles = _titled("person.title", rule)
    further, uncounted = _besides(rule, today)
    return (
        f"({there}{titled} AND person.id <> ALL(%s) OR person.id = ANY(%s))",
        [*ends, *titles, uncounted, further],
    )


def _besides(rule: Serves, today: datetime.date) -> tuple[list[int], list[int]]:
    """Whose further post fits; whose main post does not count today. Both are few."""
    titled, titles = _titled("post.title", rule)
    statement = _BESIDES.replace("{joins}", _BELOW if rule.units else "").replace("{more}", titled)
    units = [list(rule.units)] if rule.units else []
    with connection.cursor() as cursor:
        cursor.execute(statement, [*units, today, today, *titles, today, today])
        rows = cursor.fetchall()
    return [one for one, fits in rows if fits], [one for one, fits in rows if not fits]


def _literal(text: str) -> str:
    """Nothing in it is a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# Of a sight class, and no canary: those are persons from outside.
LIVING = "person.sight > 0 AND person.category <> 'external'"


def facts_sql(tag: Tag, *, today: datetime.date) -> Sql:
    """Whom the tag marks by the facts alone, seen or not: what the address book's own rules go by."""
    if tag.is_dynamic:
        return rule_sql(language.read(tag.rule), today=today)
    return f"({_CHOSEN} OR {_OF_UNITS})", [tag.pk, today, today, tag.pk]


def members_sql(tag: Tag, reach: Sql, *, today: datetime.date) -> Sql:
    """Whom the tag resolves to: living people; by a rule or a unit only as far as its owner reaches."""
    if tag.is_dynamic:
        sql, values = rule_sql(language.read(tag.rule), today=today)
        return f"{LIVING} AND ({sql}) AND ({reach[0]})", [*values, *reach[1]]
    return (
        f"{LIVING} AND ({_CHOSEN} OR ({_OF_UNITS} AND ({reach[0]})))",
        [tag.pk, today, today, tag.pk, *reach[1]],
    )
