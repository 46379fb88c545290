"""What the developer site gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.realtime import LiveRelay, live_relays
from yiwang.platform.developer import vocabulary
from yiwang.platform.developer.gateways import sandbox
from yiwang.platform.developer.queries import readers

audit_verbs.add_all(vocabulary.VERBS)
menu.add(
    MenuEntry(
        "developer",
        "开放平台",
        url_name="developer:list",
        icon="api",
        order=648,
        group="管理后台",
        staff_only=False,
        when=readers.has_door,
    )
)
live_relays.add(
    LiveRelay(
        "developer.sandbox",
        "沙箱的长轮询和事件流",
        paths=sandbox.WAITING,
        url=sandbox.waits_at,
        sent=sandbox.SENT,
        returned=sandbox.RETURNED,
    )
)
