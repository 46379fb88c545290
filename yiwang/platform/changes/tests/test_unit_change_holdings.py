"""What is kept in units that are merged or split goes where it belongs: tasks, roles, sessions (§1)."""

import datetime

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import RoleGrant, Session
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import unit_review
from yiwang.platform.changes.tests.unit_changes import COMMITTEE, TODAY, TOMORROW, approve, submit
from yiwang.platform.org.actions import merging
from yiwang.platform.org.actions.merging import Succession
from yiwang.platform.org.models import Post, Unit

OFFICE = {"full_name": "党政办", "short_name": "党政办"}


def test_open_tasks_have_handlers_in_the_new_unit(cast: Cast) -> None:
    """Acceptance example 3: four open to-dos of the merged unit."""
    submit(cast, "qian", "rename", "QP-0301-01", OFFICE)
    submit(cast, "gu", "rename", "QP-0302-01", OFFICE)
    lying = Task.objects.filter(state=Task.State.OPEN)
    assert {task.post.unit.short_name for task in lying if task.post} == {"综合科"} and lying.count() == 4
    bureau, into = cast.units["QP-0201"], cast.units["QP-0101"]
    merging.merge_units([bureau], succession=Succession(into), actor=SYSTEM, day=TODAY)
    merging.merge_units(
        [cast.units["QP-0201-01"]],
        succession=Succession(Unit.objects.get(pk=into.pk)),
        actor=SYSTEM,
        day=TODAY,
    )
    after = Task.objects.filter(state=Task.State.OPEN).select_related("post__unit", "person")
    assert len(after) == 4
    for task in after:
        assert task.post is not None and task.post.is_living
        assert task.post.unit == into and task.person.unit == into


def test_only_the_roles_that_were_chosen_go_over(cast: Cast) -> None:
    town, other = cast.units["QP-0302"], cast.units["QP-0301"]
    director = RoleGrant.objects.get(account=cast.fang.account)
    plan = {
        "sources": [town.pk],
        "into": other.pk,
        "children": {cast.units["QP-0302-01"].pk: {"to": cast.units["QP-0301-01"].pk, "how": "into"}},
        "roles": [director.pk],
    }
    approve(cast, "luo", submit(cast, "sun", "merge", "QP-0302", plan))
    assert unit_review.effect_due(today=TODAY) == 1
    living = RoleGrant.objects.living()
    assert {one.role for one in living.filter(account=cast.fang.account, unit=other)} == {
        "accounts.office_director"
    }
    assert not living.filter(account=cast.gu.account).exists(), "an administrator is appointed anew"
    assert not living.filter(unit=town).exists()


def test_who_leaves_by_a_split_holds_nothing_there_any_more(cast: Cast) -> None:
    office = cast.units["QP-0301-01"]
    posts = {post.person_id: post.pk for post in Post.objects.filter(unit=office, is_living=True)}
    part = {**COMMITTEE, "code": "QP-0301-03", "full_name": "党建办公室", "short_name": "党建办"}
    part |= {"node_type": "section", "uscc": ""}
    given = RoleGrant.objects.get(account=cast.tang.account)
    given.unit = office
    given.save(update_fields=["unit"])
    places = {str(pk): 1 if person == cast.tang.person.pk else 0 for person, pk in posts.items()}
    change = submit(cast, "qian", "split", "QP-0301-01", {"parts": [part], "posts": places})
    approve(cast, "sun", change)
    assert unit_review.effect_due(today=TODAY) == 1
    given.refresh_from_db()
    assert given.ended_at is not None and given.end_reason == "机构调整"


def test_sessions_and_principals_follow(cast: Cast) -> None:
    li = cast.li.principal()
    approve(cast, "sun", submit(cast, "qian", "rename", "QP-0301-01", OFFICE, effective_on=TOMORROW))
    unit_review.effect_due(today=TOMORROW)
    town, other = cast.units["QP-0301-01"], cast.units["QP-0302-01"]
    merging.merge_units(
        [town], succession=Succession(other), actor=SYSTEM, day=TOMORROW + datetime.timedelta(days=1)
    )
    session = Session.objects.select_related("post__unit").get(pk=li.session_id)
    assert session.post is None or session.post.unit == other
    assert cast.li.principal().unit_path == Unit.objects.get(pk=other.pk).path
