"""The client: `Client(...).todos`, `.messages`, `.sms`, `.directory`, `.events`, `.jobs`."""

import http.client
import json
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Optional
from urllib.parse import quote

from yiwang_sdk.errors import YiwangError
from yiwang_sdk.transport import Transport

Answer = dict[str, Any]
_PAGE = 500
_NO_STREAM = (0, 409, 429, 502, 503, 504)  # there is none, it is full, or a firewall is before it


class Client:
    """One connected application. It may be kept for the life of the process and used by several threads."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        signing_key: str = "",
        timeout: float = 10.0,
        retries: int = 3,
    ) -> None:
        self.transport = Transport(
            base_url, client_id, client_secret, signing_key=signing_key, timeout=timeout, retries=retries
        )
        self.todos = Todos(self.transport)
        self.messages = Messages(self.transport)
        self.sms = Sms(self.transport)
        self.directory = Directory(self.transport)
        self.events = Events(self.transport)
        self.jobs = Jobs(self.transport)

    def application(self) -> Answer:
        """What the platform knows of this application: scopes, range, limits, use of today."""
        answer: Answer = self.transport.call("GET", "/api/v1/application")
        return answer


def _without_none(**words: Any) -> Answer:
    return {name: _plain(value) for name, value in words.items() if value is not None}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _pages(transport: Transport, path: str, **query: Any) -> Iterator[Answer]:
    cursor = ""
    while True:
        page = transport.call("GET", path, query={**query, "cursor": cursor, "page_size": _PAGE})
        yield from page["items"]
        if not page["has_more"]:
            return
        cursor = page["next_cursor"]


class Todos:
    """统一待办. (biz_id, task_id) are the application's own numbers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        biz_id: str,
        title: str,
        url: str,
        receivers: Iterable[int] = (),
        units: Iterable[int] = (),
        task_id: str = "1",
        kind: str = "other",
        summary: str = "",
        mobile_url: str = "",
        urgency: str = "ordinary",
        needs: str = "do",
        due_at: Optional[datetime] = None,
        initiator_id: Optional[int] = None,
        may_transfer: bool = False,
        quick_actions: Sequence[Mapping[str, Any]] = (),
        version: int = 0,
        idempotency_key: str = "",
    ) -> Answer:
        """Lay it before people; the same again changes nothing. due_at: with its zone."""
        body = _without_none(
            biz_id=biz_id,
            task_id=task_id,
            title=title,
            url=url,
            kind=kind,
            receivers=[{"person_id": one} for one in receivers],
            units=list(units),
            summary=summary,
            mobile_url=mobile_url,
            urgency=urgency,
            needs=needs,
            due_at=due_at,
            initiator_id=initiator_id,
            may_transfer=may_transfer,
            quick_actions=[dict(one) for one in quick_actions],
            version=version,
        )
        return self._post("", body, idempotency_key)

    def update(self, biz_id: str, task_id: str = "1", *, idempotency_key: str = "", **changes: Any) -> Answer:
        """Other words or dates; what is not named stays."""
        return self._post(
            "/update", _without_none(biz_id=biz_id, task_id=task_id, **changes), idempotency_key
        )

    def complete(
        self, biz_id: str, task_id: str = "1", *, person_id: Optional[int] = None, idempotency_key: str = ""
    ) -> Answer:
        """Done by this person; without one it lapses for all."""
        body = _without_none(biz_id=biz_id, task_id=task_id, person_id=person_id)
        return self._post("/complete", body, idempotency_key)

    def cancel(self, biz_id: str, task_id: str = "1", *, idempotency_key: str = "") -> Answer:
        """Taken back."""
        return self._post("/cancel", {"biz_id": biz_id, "task_id": task_id}, idempotency_key)

    def status(self, biz_id: str, task_id: str = "1") -> Answer:
        """Where it stands, receiver by receiver."""
        answer: Answer = self._transport.call(
            "GET", "/api/v1/todos/status", query={"biz_id": biz_id, "task_id": task_id}
        )
        return answer

    def open(self) -> Iterator[Answer]:
        """All of the application's that are open, the oldest first."""
        return _pages(self._transport, "/api/v1/todos")

    def batch(
        self, acts: Sequence[tuple[str, Mapping[str, Any]]], *, wait: bool = True, idempotency_key: str = ""
    ) -> Answer:
        """1 to 500 of (act, todo): create, update, complete, cancel. wait=False: a job, see `jobs.wait`."""
        return self._post(
            "/batch",
            {"items": [{"act": act, "todo": dict(todo)} for act, todo in acts]},
            idempotency_key,
            {} if wait else {"Prefer": "respond-async"},
        )

    def reconcile(self, open_ids: Iterable[tuple[str, str]]) -> Answer:
        """对账: the differences between what is open in the application and on the platform."""
        return self._post("/reconcile", {"open": [list(one) for one in open_ids]}, "")

    def answer_quick_action(self, asked_id: int, *, is_done: bool, text: str = "") -> None:
        """What came of a quick action."""
        self._post(f"/quick-actions/{asked_id}", {"is_done": is_done, "text": text}, "")

    def _post(
        self, path: str, body: Mapping[str, Any], key: str, headers: Optional[Mapping[str, str]] = None
    ) -> Answer:
        answer: Answer = self._transport.call(
            "POST", f"/api/v1/todos{path}", body, idempotency_key=key, headers=headers
        )
        return answer


class Messages:
    """统一消息."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(
        self,
        *,
        title: str = "",
        summary: str = "",
        url: str = "",
        card: Optional[Mapping[str, Any]] = None,
        persons: Iterable[int] = (),
        units: Iterable[int] = (),
        tags: Iterable[int] = (),
        category: str = "reminder",
        need_receipt: bool = False,
        must_reach: bool = False,
        reach_minutes: Optional[Iterable[int]] = None,
        urgency: str = "ordinary",
        valid_until: Optional[datetime] = None,
        dedupe_id: str = "",
        idempotency_key: str = "",
    ) -> Answer:
        """Tell people; look at invalid_persons, invalid_units and invalid_tags of the answer.

        must_reach: reminded step by step until confirmed; asks for the scope messages.must_reach.
        reach_minutes: until the text, then until the contact, then until the duty room; see reach_limits().
        card: with buttons, a vote or choices; the answer's response_code changes it once.
        """
        body = _without_none(
            title=title,
            summary=summary,
            url=url,
            card=card,
            persons=list(persons),
            units=list(units),
            tags=list(tags),
            category=category,
            need_receipt=need_receipt,
            must_reach=must_reach,
            reach_minutes=None if reach_minutes is None else list(reach_minutes),
            urgency=urgency,
            valid_until=valid_until,
            dedupe_id=dedupe_id,
        )
        answer: Answer = self._transport.call(
            "POST", "/api/v1/messages", body, idempotency_key=idempotency_key
        )
        return answer

    def reach_limits(self) -> Answer:
        """Which minutes may be chosen for a must-reach message: least, most and the usual three."""
        answer: Answer = self._transport.call("GET", "/api/v1/messages/reach-limits")
        return answer

    def result(self, message_id: int) -> Answer:
        """How many have read and confirmed it, by unit too."""
        answer: Answer = self._transport.call("GET", f"/api/v1/messages/{message_id}")
        return answer

    def receipts(self, message_id: int) -> Iterator[Answer]:
        """Receivers whom the application may see."""
        return _pages(self._transport, f"/api/v1/messages/{message_id}/receipts")

    def recall(self, message_id: int, *, reason: str) -> Answer:
        """Within two minutes; a notice at any time."""
        answer: Answer = self._transport.call(
            "POST", f"/api/v1/messages/{message_id}/recall", {"reason": reason}
        )
        return answer

    def change_card(
        self,
        message_id: int,
        *,
        card: Optional[Mapping[str, Any]] = None,
        button_label: str = "",
        persons: Iterable[int] = (),
        units: Iterable[int] = (),
        tags: Iterable[int] = (),
    ) -> Answer:
        """Another card, or words in the place of its buttons; everybody's when nobody is named."""
        body = _without_none(
            card=card,
            button_label=button_label,
            persons=list(persons),
            units=list(units),
            tags=list(tags),
        )
        answer: Answer = self._transport.call("POST", f"/api/v1/messages/{message_id}/card", body)
        return answer

    def change_card_once(
        self,
        response_code: str,
        *,
        card: Optional[Mapping[str, Any]] = None,
        button_label: str = "",
        persons: Iterable[int] = (),
        everyone: bool = False,
    ) -> Answer:
        """By the code of an event or of sending. Nobody named: the card of the person who pressed."""
        body = _without_none(
            response_code=response_code,
            card=card,
            button_label=button_label,
            persons=list(persons),
            everyone=everyone,
        )
        answer: Answer = self._transport.call("POST", "/api/v1/messages/card-changes", body)
        return answer

    def card_result(self, message_id: int) -> Answer:
        """How often each button was pressed and each option chosen."""
        answer: Answer = self._transport.call("GET", f"/api/v1/messages/{message_id}/card")
        return answer

    def statistics(self, day: Optional[date] = None) -> Answer:
        """What was sent on a day (today), and what became of it."""
        query = {"day": day.isoformat()} if day else {}
        answer: Answer = self._transport.call("GET", "/api/v1/messages/statistics", query=query)
        return answer


class Sms:
    """短信, by templates that were agreed to; on the quota of the unit that owns the application."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(
        self,
        template: str,
        persons: Iterable[int],
        words: Optional[Mapping[str, str]] = None,
        *,
        need_receipt: bool = False,
        dedupe_id: str = "",
        idempotency_key: str = "",
    ) -> Answer:
        """Text persons; look at invalid_persons. state "pending": the owning unit has to agree first."""
        body = _without_none(
            template=template,
            persons=list(persons),
            words=dict(words or {}),
            need_receipt=need_receipt,
            dedupe_id=dedupe_id,
        )
        answer: Answer = self._transport.call("POST", "/api/v1/sms", body, idempotency_key=idempotency_key)
        return answer

    def templates(self) -> list[Answer]:
        """Those that the application may send by."""
        found: list[Answer] = self._transport.call("GET", "/api/v1/sms/templates")["items"]
        return found

    def result(self, number: str) -> Answer:
        """How many were delivered, failed, confirmed."""
        answer: Answer = self._transport.call("GET", f"/api/v1/sms/{quote(number)}")
        return answer


class Feed:
    """Changes of the organisation since a cursor. `cursor` is where to go on next time."""

    def __init__(self, transport: Transport, cursor: str) -> None:
        self._transport = transport
        self.cursor = cursor

    def __iter__(self) -> Iterator[Answer]:
        while True:
            query = {"cursor": self.cursor, "page_size": _PAGE}
            page = self._transport.call("GET", "/api/v1/directory/changes", query=query)
            for one in page["items"]:
                yield one
                self.cursor = one["cursor"]
            self.cursor = page["next_cursor"]
            if not page["has_more"]:
                return


class Directory:
    """通讯录同步, within the granted range and fields."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def changes(self, cursor: str = "") -> Feed:
        """Everything, or what changed since the cursor."""
        return Feed(self._transport, cursor)

    def person(self, person_id: int) -> Answer:
        """One person."""
        answer: Answer = self._transport.call("GET", f"/api/v1/directory/persons/{person_id}")
        return answer

    def lookup(self, person_ids: Iterable[int]) -> Answer:
        """At most 200 persons; those that cannot be seen are in not_found."""
        answer: Answer = self._transport.call("POST", "/api/v1/directory/lookup", {"ids": list(person_ids)})
        return answer

    def units(self, parent: Optional[int] = None) -> Iterator[Answer]:
        """All units of the range, or those directly below one."""
        return _pages(self._transport, "/api/v1/directory/units", parent=parent)

    def unit(self, unit_id: int) -> Answer:
        """One unit."""
        answer: Answer = self._transport.call("GET", f"/api/v1/directory/units/{unit_id}")
        return answer

    def unit_persons(self, unit_id: int, *, includes_below: bool = False) -> Iterator[Answer]:
        """Persons of a unit."""
        return _pages(
            self._transport, f"/api/v1/directory/units/{unit_id}/persons", includes_below=includes_below
        )


class Events:
    """What happened, for applications that cannot be called back."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, cursor: str = "", *, wait: int = 0) -> Answer:
        """One page; waits up to `wait` seconds (55 at most) for the first event."""
        answer: Answer = self._transport.call(
            "GET", "/api/v1/events", query={"cursor": cursor, "wait": wait}, timeout=wait + 15
        )
        return answer

    def listen(self, cursor: str = "", *, pause: float = 5.0) -> Generator[Answer, None, None]:
        """Event after event, without end: as a stream where there is one, else by asking.

        Keep the `cursor` of each event once you have dealt with it, and begin there next time: an event may
        come twice, and none is left out.
        """
        while True:
            try:
                for one in self._streamed(cursor):
                    yield one
                    cursor = one["cursor"]
            except YiwangError as error:
                if error.status not in _NO_STREAM:
                    raise
                page = self.read(cursor)
                for one in page["items"]:
                    yield one
                    cursor = one["cursor"]
                if not page["has_more"]:
                    time.sleep(pause)

    def _streamed(self, cursor: str) -> Iterator[Answer]:
        """Until the platform ends it; it says something at least every half minute."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": cursor}
        try:
            with self._transport.stream("/api/v1/events/stream", headers, 75.0) as lines:
                for line in lines:
                    if line.startswith(b"data: "):
                        yield json.loads(line[6:])
        except (OSError, http.client.HTTPException):
            return  # the connection broke; from the last event on again


class Jobs:
    """Batches that are not waited for."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, job_id: str) -> Answer:
        """How far it is."""
        answer: Answer = self._transport.call("GET", f"/api/v1/jobs/{job_id}")
        return answer

    def wait(self, job_id: str, *, timeout: float = 300.0, pause: float = 1.0) -> Answer:
        """Until it is finished."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            found = self.get(job_id)
            if found["state"] == "finished":
                return found
            time.sleep(pause)
        raise YiwangError(0, {"detail": "作业未在规定时间内完成"})
