"""What happens elsewhere while somebody looks: python -m tests.e2e.elsewhere VERB LOGIN NUMBER."""

import datetime
import importlib
import sys
from collections.abc import Callable
from typing import Any

from yiwang.site.cli import django_with_database


def act(verb: str, login: str, number: str) -> None:
    """push: a to-do for him; read: something to be read; complete: his to-do is done; send: a message.

    reach: he sends a must-reach notice to the persons whose login names are joined by commas.
    clerk: he becomes 文秘 of his town; people: so many more work in its office; texts: what is due goes to
    the carrier; reply: he answers a text with these words.
    """
    if verb in _TEXTS:
        _TEXTS[verb](login, number)
        return
    actor: Any = importlib.import_module("yiwang.kernel.actor").SYSTEM
    accounts: Any = importlib.import_module("yiwang.platform.accounts.models")
    person = accounts.Account.objects.get(login_name=login).person_id
    if verb == "reach":
        _must_reach(login, number)
        return
    if verb == "send":
        _send(person, number, actor)
        return
    items: Any = importlib.import_module("yiwang.platform.todos.actions.items")
    keys = {"biz_id": "e2e", "task_id": number}
    if verb == "complete":
        items.complete(app="changes", person_id=person, actor=actor, **keys)
        return
    types: Any = importlib.import_module("yiwang.kernel.extension.todos").todo_types
    seat: Any = importlib.import_module("yiwang.kernel.extension.approvals").Seat
    items.push(
        next(one for one in types if one.key.startswith("changes.")),
        title=f"关于核定用水计划的请示之{number}",
        to=[seat(person)],
        url="/me/",
        needs="read" if verb == "read" else "do",
        actor=actor,
        **keys,
    )


def _send(person: int, number: str, actor: Any) -> None:
    kinds: Any = importlib.import_module("yiwang.kernel.extension.messages").message_kinds
    messages: Any = importlib.import_module("yiwang.platform.messages.actions.messages")
    words = {"role": "信息员", "place": "朱家角镇", "since": number}
    messages.send(
        kinds.get("accounts.role_granted"), to=[person], about=("e2e", number, ""), words=words, actor=actor
    )


def _must_reach(login: str, to: str) -> None:
    accounts: Any = importlib.import_module("yiwang.platform.accounts.models").Account.objects
    principals: Any = importlib.import_module("yiwang.platform.accounts.queries.principals")
    audiences: Any = importlib.import_module("yiwang.platform.messages.queries.audience")
    reach: Any = importlib.import_module("yiwang.platform.messages.actions.reach")
    persons = accounts.filter(login_name__in=to.split(",")).values_list("person_id", flat=True)
    reach.send_must_reach(
        audiences.Audience(persons=tuple(persons)),
        title="台风防御通知",
        text="请各办公室、居（村）委会立即到岗。",
        urgency=2,
        actor=principals.of_account(accounts.get(login_name=login).pk),
    )


def _make_clerk(login: str, _: str) -> None:
    crowd: Any = importlib.import_module("tests.cast").load()
    roles: Any = importlib.import_module("yiwang.platform.accounts.actions.roles")
    actor: Any = importlib.import_module("yiwang.kernel.actor").SYSTEM
    account, town = crowd.member(login).account, crowd.units["QP-0301"]
    roles.grant_role(account, role="accounts.clerk", unit=town, actor=actor, reason="任命")


def _add_people(_: str, number: str) -> None:
    crowd: Any = importlib.import_module("tests.cast").load()
    made: Any = importlib.import_module("yiwang.platform.messages.tests.test_notices")
    made.add_people(crowd, int(number), "QP-0301-01")


def _hand_over(*_: str) -> None:
    jobs: Any = importlib.import_module("yiwang.platform.messages.jobs")
    jobs.release_batches()
    jobs.dispatch_texts()


def _reply(login: str, words: str) -> None:
    crowd: Any = importlib.import_module("tests.cast").load()
    replies: Any = importlib.import_module("yiwang.platform.messages.actions.replies")
    news: Any = importlib.import_module("yiwang.platform.messages.gateways.interface").News
    actor: Any = importlib.import_module("yiwang.kernel.actor").SYSTEM
    mobile = crowd.member(login).person.mobile
    replies.take_reply(news(mobile=mobile, text=words), now=datetime.datetime.now(datetime.UTC), actor=actor)


_TEXTS: dict[str, Callable[[str, str], None]] = {
    "clerk": _make_clerk,
    "people": _add_people,
    "texts": _hand_over,
    "reply": _reply,
}

if __name__ == "__main__":
    with django_with_database():
        act(*sys.argv[1:4])
