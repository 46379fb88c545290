"""What developers read: the guide, the reference, the face shaped like WeCom's, the changes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.open_calls import deprecated_calls, open_event_kinds, scopes, wecom_calls
from yiwang.kernel.responses import render
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions.events import SCHEDULE
from yiwang.platform.clients.vocabulary import ERRCODES, ERRORS
from yiwang.platform.developer.queries import postman as collections
from yiwang.platform.developer.queries import reference as described
from yiwang.platform.developer.views import shown

CHAPTERS = (
    ("start", "五分钟上手"),
    ("tokens", "访问令牌和签名"),
    ("conventions", "通用约定"),
    ("todos", "统一待办"),
    ("messages", "统一消息"),
    ("cards", "消息卡片"),
    ("directory", "通讯录同步"),
    ("events", "事件和回调"),
    ("errors", "错误代码"),
    ("limits", "限额和沙箱"),
)


@require_safe
@shown.developers_only
def guide(request: HttpRequest, chapter: str = "start") -> HttpResponse:
    titles = dict(CHAPTERS)
    if chapter not in titles:
        raise not_found()
    context = {
        "chapters": CHAPTERS,
        "chapter": chapter,
        "title": titles[chapter],
        "base": shown.base(request),
        "scopes": list(scopes),
        "events": list(open_event_kinds),
        "errors": ERRORS,
        "errcodes": ERRCODES,
        "schedule": [_words(one.total_seconds()) for one in SCHEDULE],
        "token_seconds": rules.TOKEN_SECONDS,
    }
    return render(request, "developer/guide.html", context)


def _words(seconds: float) -> str:
    if seconds < 60:
        return f"{int(seconds)}秒"
    return f"{int(seconds // 60)}分钟" if seconds < 3600 else f"{int(seconds // 3600)}小时"


@require_safe
@shown.developers_only
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "developer/reference.html", {"chapters": described.chapters()})


@require_safe
@shown.developers_only
def wecom(request: HttpRequest) -> HttpResponse:
    found = sorted(wecom_calls, key=lambda one: one.path)
    context = {"calls": found, "scope_labels": {one.key: one.label for one in scopes}, "errcodes": ERRCODES}
    return render(request, "developer/wecom.html", context)


@require_safe
@shown.developers_only
def changes(request: HttpRequest) -> HttpResponse:
    return render(request, "developer/changes.html", {"deprecated": list(deprecated_calls)})


@require_safe
@shown.developers_only
def postman(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(
        collections.collection(shown.base(request)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response.headers["Content-Disposition"] = 'attachment; filename="yiwang-postman.json"'
    return response
