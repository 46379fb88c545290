"""Posts that go on elsewhere when their unit is merged, split or revoked: one ends, the next begins."""

import datetime
from collections.abc import Mapping

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.org import hooks
from yiwang.platform.org.actions import events
from yiwang.platform.org.models import Event, Person, Post, Unit
from yiwang.platform.org.vocabulary import POST_MOVED

_LAST_SORT = 9999
_ONE_DAY = datetime.timedelta(days=1)


def move_posts(places: Mapping[int, int], *, actor: Actor, day: datetime.date, basis: str) -> int:
    """Living post's id → id of the unit it goes on in; how many moved. Under the lock of the tree.

    Who comes from elsewhere stands behind those who are there, in the order he had. Somebody who serves there
    already under the same title gets no second post. The copied columns of persons are the caller's matter.
    """
    posts = Post.objects.filter(pk__in=places, is_living=True)
    list(
        Person.objects.select_for_update(no_key=True).filter(pk__in=posts.values("person")).order_by("pk")
    )  # locked
    old = list(posts.select_related("person", "unit").order_by("unit__position", "sort", "pk"))
    targets = Unit.objects.in_bulk(set(places.values()))
    if any(targets[places[post.pk]].status != Unit.Status.ACTIVE for post in old):
        raise invalid("posts", "人员只能转入启用的机构")
    behind = {unit_id: _last_sort(unit_id) for unit_id in targets}
    pairs = [(post, _continued(post, targets[places[post.pk]], behind, day, basis)) for post in old]

    for post in old:
        _end(post, day)
    for post, begun in pairs:
        there = _same_service(begun)
        if there is not None and (there.kind == Post.Kind.MAIN or begun.kind != Post.Kind.MAIN):
            begun = there  # noqa: PLW2901  he serves there already
        else:
            if there is not None:
                _end(there, day)
            begun.save(force_insert=True)
        changes = {"post": [f"{post.unit} {post.title}", f"{begun.unit} {begun.title}"]}
        audit.record(POST_MOVED, post.person, actor=actor, reason=basis, changes=changes)
        hooks.post_moved(former=post, post=begun)
        data = {"from": post.unit_id, "post": begun.pk, "title": begun.title}
        events.note(Event.Kind.POST_MOVED, unit=begun.unit, person=post.person, data=data)
    return len(old)


def _last_sort(unit_id: int) -> int:
    living = Post.objects.filter(unit=unit_id, is_living=True)
    return living.order_by("-sort").values_list("sort", flat=True).first() or 0


def _continued(post: Post, unit: Unit, behind: Mapping[int, int], day: datetime.date, basis: str) -> Post:
    begin = max(day, post.valid_from)
    return Post(
        person=post.person,
        unit=unit,
        title=post.title,
        kind=post.kind,
        is_leader=post.is_leader,
        is_head=post.is_head,
        portfolio=post.portfolio,
        sort=min(behind[unit.pk] + post.sort, _LAST_SORT),
        valid_from=begin,
        valid_to=None if post.valid_to is None else max(post.valid_to, begin),
        basis=basis or post.basis,
    )


def _end(post: Post, day: datetime.date) -> None:
    """The last day of the old post is the one before."""
    post.is_living, post.valid_to = False, max(day - _ONE_DAY, post.valid_from)
    post.save(update_fields=["is_living", "valid_to"])


def _same_service(begun: Post) -> Post | None:
    living = Post.objects.filter(person=begun.person, unit=begun.unit, title=begun.title, is_living=True)
    return living.select_related("unit").first()
