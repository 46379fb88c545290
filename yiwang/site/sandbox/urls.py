"""All that the sandbox answers: open calls, its keeper, and whether it lives. It has no pages, no login."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from yiwang.kernel import responses
from yiwang.kernel.errors import not_found
from yiwang.platform.clients.api import wecom
from yiwang.site import api, health

handler404 = "yiwang.site.sandbox.urls.nothing"


def nothing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs call here: never a page."""
    return responses.problem(not_found())


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.build().urls),
    path("cgi-bin/", wecom.api.urls),
    path("keeper/", include("yiwang.site.sandbox.keeper")),
]
