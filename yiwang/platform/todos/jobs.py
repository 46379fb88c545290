"""What to-dos do after commit: give those of who has left a unit to its office."""

from yiwang.kernel import jobs
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.org.models import Person, Post
from yiwang.platform.todos.actions import handing


def settle_after_post(*, post: Post) -> None:
    """A post has ended. Afterwards, because the same act may hand over, or begin the next post."""
    jobs.enqueue("todos.settle", once=str(post.person_id), person_id=post.person_id)


def settle_after_leaving(*, person: Person) -> None:
    """A person was deregistered."""
    jobs.enqueue("todos.settle", once=str(person.pk), person_id=person.pk)


def settle(person_id: int) -> int:
    """To-dos of ended posts stay where he still serves, else go to the unit's office."""
    return handing.settle(person_id, actor=SYSTEM)
