"""A tiny API with the errors of the real one, for test_api.py: nothing of it is served."""

from typing import Literal, NoReturn

from django.http import Http404, HttpRequest
from django.urls import path
from ninja import NinjaAPI, Router, Schema
from ninja.errors import Throttled
from pydantic import Field

from yiwang.kernel.errors import Refused
from yiwang.site import api

handler404 = "yiwang.kernel.responses.not_found"

SECRET = "password=hunter2"  # what must not leak

router = Router()


class Wish(Schema):
    """What somebody sends."""

    name: str = Field(min_length=2, max_length=4)
    count: int = Field(ge=1, le=9)
    kind: Literal["a", "b"]
    is_urgent: bool = False


@router.get("/open")
def read(request: HttpRequest) -> dict[str, str]:
    return {"answer": "yes"}


@router.post("/wishes")
def wish(request: HttpRequest, body: Wish) -> dict[str, str]:
    return {"name": body.name}


@router.get("/refused")
def refuse(request: HttpRequest) -> NoReturn:
    raise Refused("单位已撤销", status=409, code="E-ORG-01", retry_after=30)


@router.get("/missing")
def miss(request: HttpRequest) -> NoReturn:
    raise Http404(SECRET)


@router.get("/crash")
def crash(request: HttpRequest) -> NoReturn:
    raise RuntimeError(SECRET)


@router.get("/throttled")
def throttle(request: HttpRequest) -> NoReturn:
    raise Throttled(wait=7)


_api = NinjaAPI(urls_namespace="doors", docs_url=None, auth=api.SessionCookie())
_api.add_router("", router)
api.handle_errors(_api)

urlpatterns = [path("api/v1/", _api.urls)]
