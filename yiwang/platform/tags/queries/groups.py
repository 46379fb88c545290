"""Tags as the address book's rules know them: groups of the source tags.tag, kept as far as needed."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from yiwang.kernel.extension.holdings import Held
from yiwang.kernel.extension.tag_uses import tag_usages
from yiwang.platform.addressbook.models import Group, Hiding, HidingPass, Proposal, Rule
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import compiled
from yiwang.platform.tags.rules import language

SOURCE = "tags.tag"
_LIVING = (Proposal.State.PROPOSED, Proposal.State.ACTIVE)

# What the group lacks comes, what it should not hold goes; answers with whoever came or went.
_SYNC = """
WITH wanted AS MATERIALIZED (
    SELECT person.id FROM org_person person WHERE ({members}) {of_these}
), gone AS (
    DELETE FROM addressbook_groupmember member
    WHERE member.group_id = %s {members_of_these}
      AND NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.id = member.person_id)
    RETURNING member.person_id
), come AS (
    INSERT INTO addressbook_groupmember (group_id, person_id)
    SELECT %s, wanted.id FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM addressbook_groupmember member
                      WHERE member.group_id = %s AND member.person_id = wanted.id)
    ON CONFLICT DO NOTHING RETURNING person_id
)
SELECT person_id FROM gone UNION ALL SELECT person_id FROM come
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A group that rules name, and its tag."""

    group_id: int
    tag: Tag


def of_tag(tag: Tag) -> QuerySet[Group]:
    """The group of that tag, if the address book has one."""
    return Group.objects.filter(source=SOURCE, reference=str(tag.pk))


def fits_rules(tag: Tag) -> bool:
    """May rules of the address book speak of it? Not when it depends on what those rules work out."""
    return not tag.is_dynamic or not language.speaks_of_tiers(language.read(tag.rule))


def _named(living: bool) -> Q:
    """Groups on a side of a rule or on a white list, or only those of living ones."""
    rules = Rule.objects.filter(state__in=_LIVING) if living else Rule.objects.all()
    passes = HidingPass.objects.filter(group__isnull=False)
    if living:
        passes = passes.filter(hiding__in=Hiding.objects.filter(state__in=_LIVING))
    return (
        Q(pk__in=rules.filter(viewer_group__isnull=False).values("viewer_group"))
        | Q(pk__in=rules.filter(target_group__isnull=False).values("target_group"))
        | Q(pk__in=passes.values("group"))
    )


def unnamed(tag: Tag) -> QuerySet[Group]:
    """Its group, if no rule ever named it."""
    return of_tag(tag).exclude(_named(living=False))


def wanted(tag: Tag | None = None) -> list[Kept]:
    """The groups whose members rules need, with their tags."""
    rows = Group.objects.filter(_named(living=True), source=SOURCE)
    if tag is not None:
        rows = rows.filter(reference=str(tag.pk))
    references = {int(one.reference): one.pk for one in rows}
    tags = Tag.objects.filter(pk__in=references).select_related("unit")
    return [Kept(references[one.pk], one) for one in tags]


def sync_sql(kept: Kept, person_ids: Collection[int] | None, today: datetime.date) -> compiled.Sql:
    """The statement that brings the group's members up to date."""
    tag = kept.tag
    sql, values = compiled.facts_sql(tag, today=today) if tag.is_in_force(today) else ("FALSE", [])
    these: list[Any] = [] if person_ids is None else [list(person_ids)]
    statement = _SYNC.replace("{members}", sql)
    statement = statement.replace("{of_these}", "AND person.id = ANY(%s)" if these else "")
    statement = statement.replace("{members_of_these}", "AND member.person_id = ANY(%s)" if these else "")
    return statement, [*values, *these, kept.group_id, *these, kept.group_id, kept.group_id]


def uses_of(tag: Tag) -> list[Held]:
    """What goes by the tag now, so that it must neither end nor be deleted."""
    return [
        *_rules(tag),
        *(
            Held(one.id, f"{usage.label}：{one.title}", one.note, one.url)
            for usage in tag_usages
            for one in usage.find(tag.pk)
        ),
    ]


def _rules(tag: Tag) -> list[Held]:
    groups = of_tag(tag)
    rules = Rule.objects.filter(Q(viewer_group__in=groups) | Q(target_group__in=groups), state__in=_LIVING)
    hidings = Hiding.objects.filter(passes__group__in=groups, state__in=_LIVING).distinct()
    return [
        *(
            Held(f"rule-{one.pk}", f"通讯规则第{one.pk}号", one.get_state_display())
            for one in rules.order_by("pk")
        ),
        *(Held(f"hiding-{one.pk}", f"隐藏设置“{one}”的白名单", one.get_state_display()) for one in hidings),
    ]
