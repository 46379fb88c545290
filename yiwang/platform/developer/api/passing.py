"""/sandbox/…: vendors' calls on their way to the sandbox. No session, no cookie, no right counts here."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from yiwang.kernel import request_context, responses
from yiwang.kernel.errors import Refused, not_found
from yiwang.platform.developer.gateways import sandbox

api = NinjaAPI(title="沙箱", urls_namespace="sandbox", docs_url=None, openapi_url=None)

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
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
    response = HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    response.headers["Cache-Control"] = "no-store"
    return response
