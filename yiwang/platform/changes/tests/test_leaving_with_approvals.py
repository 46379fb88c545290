"""A handler leaves: his handover decides who has his approvals, and to-dos follow."""

import pytest
from django.test import TestCase

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.approvals import procedures, subjects
from yiwang.platform.approvals.actions import flows, tasks
from yiwang.platform.approvals.models import Instance, Task, Trail
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.papers import Paper, lying
from yiwang.platform.changes.models import Handover
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """Lies with zhou, who is about to leave."""
    monkeypatch.setitem(subjects._items, papers.KEY, papers.SUBJECT)
    monkeypatch.setitem(procedures._items, papers.PLAIN.key, papers.PLAIN)
    context = {"check": [cast.zhou.person.pk], "issue": [cast.zhao.person.pk]}
    return flows.submit(
        papers.PLAIN.key,
        subject=Paper(pk=1),
        title="关于添置设备的请示",
        context=context,
        actor=cast.li.principal(),
    )


def test_one_handover_one_new_handler_one_todo(cast: Cast, one: Instance) -> None:
    post = Post.objects.get(person=cast.zhou.person, is_living=True)
    with TestCase.captureOnCommitCallbacks(execute=True):
        people.end_post(post, actor=SYSTEM, reason="调离")
    ((name, step),) = lying(one)
    assert step == "check" and name != "周月娥"
    assert Trail.objects.filter(instance=one, action="handed_over").count() == 1
    item = Handover.objects.get(person=cast.zhou.person).items.get(holding="approvals.tasks")
    assert item.state == "done" and item.successor_name == name
    task = Task.objects.get(instance=one, state="open")
    todo = Assignment.objects.open().get(item__app="approvals", item__biz_id=str(one.pk))
    assert todo.person_id == task.person_id
    heir = next(member for member in vars(cast).values() if getattr(member, "person", None) == task.person)
    tasks.agree(task, actor=heir.principal())
    assert lying(one) == [("赵明远", "issue")]
