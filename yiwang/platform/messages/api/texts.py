"""/api/v1/sms: texts of connected applications, by templates that were agreed to (domain reference §16)."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, P, PathEx, Router, Schema

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import open_texts
from yiwang.platform.messages.actions.open_texts import SCOPE
from yiwang.platform.messages.models import SmsBatch
from yiwang.platform.messages.queries import open_texts as queries

router = Router(tags=["短信"], auth=client_auth(SCOPE))

_LARGEST = 2**63 - 1
PersonId = Annotated[int, Field(ge=1, le=_LARGEST)]


class TextIn(Schema):
    """A text to persons. template: its number; words: variable → value, 姓名 fills in by itself.

    dedupe_id: the application's own word for it: sent once, however often it is asked for.
    """

    template: str = Field(min_length=1, max_length=100)
    words: dict[str, str] = Field(default={}, max_length=rules.MOST_WORDS)
    persons: list[PersonId] = Field(min_length=1, max_length=1_000)
    need_receipt: bool = False
    dedupe_id: str = Field(default="", max_length=40)


class TextSent(Schema):
    """state: pending (a person of the owning unit agrees first), ready, sending, done, partly, …"""

    number: str
    state: str
    receivers: int
    parts: int
    invalid_persons: list[str]


class TextResult(Schema):
    """How a batch stands; the numbers are of texts, confirmed of receivers who replied 1."""

    number: str
    state: str
    receivers: int
    parts: int
    waiting: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    confirmed: int


class UsableTemplate(Schema):
    """A template that it may send by. words: what has to be given; 姓名 is filled in by itself."""

    code: str
    version: int
    name: str
    kind: str
    text: str
    words: list[str]


class UsableTemplates(Schema):
    """In the order of their kinds."""

    items: list[UsableTemplate]


@router.post(
    "",
    response={201: TextSent},
    url_name="sms",
    summary="发送短信",
    description="只能按已启用的模板发给可见人员，费用计入应用所属单位的月额度。超过50人的，由所属单位审批后发送（state=pending）。",
)
def send(request: HttpRequest, body: TextIn) -> HttpResponse:
    texted = open_texts.send(**body.dict(), actor=caller_of(request))
    batch = texted.batch
    return _json({**_head(batch), "invalid_persons": texted.bad_persons}, 201)


@router.get("/templates", response=UsableTemplates, url_name="sms_templates", summary="可用的短信模板")
def templates(request: HttpRequest) -> HttpResponse:
    items = [
        {
            "code": one.code,
            "version": one.version,
            "name": one.name,
            "kind": one.kind,
            "text": one.text,
            "words": [word for word in rules.variables_of(one.text) if word != rules.PERSON_WORD],
        }
        for one in queries.usable(caller_of(request))
    ]
    return _json({"items": items})


@router.get("/{number}", response=TextResult, url_name="sms_result", summary="查询短信的发送和签收情况")
def result(
    request: HttpRequest, number: PathEx[str, P(max_length=20, description="发送时返回的 number")]
) -> HttpResponse:
    batch = queries.own(caller_of(request), number.replace("\0", ""))
    if batch is None:
        raise not_found()
    found = queries.numbers(batch)
    return _json({**_head(batch), **{name: getattr(found, name) for name in found.__slots__}})


def _head(batch: SmsBatch) -> dict[str, object]:
    return {"number": batch.number, "state": batch.state, "receivers": batch.total, "parts": batch.parts}


def _json(content: object, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json", status=status)
