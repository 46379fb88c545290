"""消息设置: which kinds also come to one's telephone or mailbox, where their modules leave it to people."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import login_required
from yiwang.kernel.extension.messages import MessageKind, message_kinds
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.messages.actions import deliveries
from yiwang.platform.messages.models import Channel, Mute


@require_http_methods(["GET", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """All kinds that may be switched off, channel by channel."""
    user = of_request(request)
    rows = [
        (
            kind,
            [channel for channel, has in ((Channel.PUSH, kind.is_push), (Channel.MAIL, kind.is_mail)) if has],
        )
        for kind in message_kinds
        if kind.may_mute
    ]
    if request.method == "POST":
        wanted = set(request.POST.getlist("wanted"))
        for kind, channels in rows:
            for channel in channels:
                is_wanted = f"{kind.key}:{channel}" in wanted
                deliveries.choose(kind.key, channel=channel, is_wanted=is_wanted, actor=user)
        return notice(seeother("messages:preferences"), "消息设置已保存")
    off = {f"{one.kind}:{one.channel}" for one in Mute.objects.visible_to(user)}
    return render(request, "messages/preferences.html", {"rows": rows, "off": off})


def _channels_of(kind: MessageKind) -> list[Channel]:
    ways = ((Channel.PUSH, kind.is_push), (Channel.MAIL, kind.is_mail))
    return [channel for channel, goes in ways if goes]
