"""/sandbox/…: vendors' calls on their way to the sandbox. No session, no cookie, no right counts here."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from yiwang.kernel import request_context, responses
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.realtime.address import waiting_at
from yiwang.platform.developer.gateways import sandbox

api = NinjaAPI(title="沙箱", urls_namespace="sandbox", docs_url=None, openapi_url=None)

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_ELSEWHERE = 307  # the sandbox's web holds nobody either
_OPEN = ("api/v1/", "cgi-bin/")  # anything else of the sandbox is not reached from outside


@api.api_operation(_METHODS, "/{path:path}", auth=None, url_name="forward", include_in_schema=False)
def forward(request: HttpRequest, path: str) -> HttpResponse:
    """Any open call, as it is."""
    context = request_context.current()
    query = request.META.get("QUERY_STRING", "")
    target = f"/{quote(path)}?{query}" if query else f"/{quote(path)}"
    try:
        if not sandbox.is_there() or not path.startswith(_OPEN):
            raise not_found()
        answer = sandbox.passed(
            str(request.method),
            target,
            request.body,
            request.headers,
            address=context.address,
            request_id=context.request_id,
        )
    except Refused as refusal:
        return responses.problem(refusal)
    if answer.status == _ELSEWHERE:
        return _to_where_it_waits(request)
    response = HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    response.headers["Cache-Control"] = "no-store"
    return response


def _to_where_it_waits(request: HttpRequest) -> HttpResponse:
    """The sandbox names a port that only this machine reaches: the platform's own process leads there."""
    elsewhere = waiting_at(request)
    if not elsewhere:
        words = "沙箱的长轮询和事件流没有接通，请先不带 wait 轮询，并联系系统管理员"
        return responses.problem(Refused(words, status=503, retry_after=5))
    return HttpResponse(status=_ELSEWHERE, headers={"Location": elsewhere, "Cache-Control": "no-store"})
