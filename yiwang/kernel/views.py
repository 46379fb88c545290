"""Pages of the frame itself."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel import badges, responses, shell
from yiwang.kernel.access import login_required, user_of

_YEAR = 365 * 86_400


@require_POST
def font_size(request: HttpRequest) -> HttpResponse:
    """Remember in this browser how large text shall be: 标准, 大 or 特大."""
    size = request.POST.get("size", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = responses.seeother(back)
    if size in shell.FONT_SIZES:
        response.set_cookie(shell.FONT_COOKIE, size, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


@require_safe
@never_cache
@login_required
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers beside the doors, which open pages ask for every few seconds."""
    return JsonResponse(badges.numbers(user_of(request).person_id))
