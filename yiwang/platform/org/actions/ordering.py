"""The order of people inside a unit (部门内排序号), which its administrator keeps (R2-8)."""

from collections.abc import Sequence

from django.db import transaction

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.org import rules
from yiwang.platform.org.actions.projection import copy_main_posts
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.queries import people
from yiwang.platform.org.vocabulary import MANAGE_UNIT, MEMBERS_SORTED

_LAST_SORT = 9999
_SORT_STEP = 10


@transaction.atomic
def sort_members(unit: Unit, *, post_ids: Sequence[int], seen: Sequence[int], actor: Actor) -> None:
    """Put the living posts of a unit into this order. All of them must be named once, leaders first.

    seen: the order he saw when he began; when it is another by now, somebody else was faster.
    """
    database.share("org.tree")
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    require_right(rules.can_manage_people(actor, unit), MANAGE_UNIT.label)
    require(unit.status != Unit.Status.REVOKED, "当前状态为“撤销”，不能执行“排序”", code="E-STATE-01")
    posts = list(people.ordered_posts(unit).select_for_update(of=("self",)))
    before = [post.pk for post in posts]
    if list(seen) != before or sorted(post_ids) != sorted(before):
        raise Refused("人员或顺序已有变化，请刷新后重试", status=409, code="E-CONC-01")
    known = {post.pk: post for post in posts}
    leading = [known[pk].is_leader for pk in post_ids]
    if leading != sorted(leading, reverse=True):
        raise invalid("post_ids", "领导班子成员应排在其他人员之前")
    if list(post_ids) == before:
        return
    step = _SORT_STEP if len(posts) * _SORT_STEP <= _LAST_SORT else 1
    for place, pk in enumerate(post_ids, start=1):
        known[pk].sort = place * step
    Post.objects.bulk_update(posts, ["sort"])
    copy_main_posts(unit)
    order = [[str(known[pk].person) for pk in ids] for ids in (before, post_ids)]
    audit.record(MEMBERS_SORTED, unit, actor=actor, changes={"order": order})
