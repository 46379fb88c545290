"""Where every address leads. Each app keeps its own urls.py."""

from django.urls import include, path

from yiwang.platform.clients.api import wecom
from yiwang.platform.developer.api import passing
from yiwang.site import api, health

handler400 = "yiwang.kernel.responses.bad_request"
handler403 = "yiwang.kernel.responses.permission_denied"
handler404 = "yiwang.kernel.responses.not_found"
handler500 = "yiwang.kernel.responses.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", api.build().urls),
    path("cgi-bin/", wecom.api.urls),
    path("sandbox/", passing.api.urls),
    path("", include("yiwang.platform.portal.urls")),
    path("", include("yiwang.platform.accounts.urls")),
    path("", include("yiwang.kernel.urls")),
    path("addressbook/", include("yiwang.platform.addressbook.urls")),
    path("tags/", include("yiwang.platform.tags.urls")),
    path("messages/", include("yiwang.platform.messages.urls")),
    path("todos/", include("yiwang.platform.todos.urls")),
    path("approvals/", include("yiwang.platform.approvals.urls")),
    path("changes/", include("yiwang.platform.changes.urls")),
    path("upkeep/", include("yiwang.platform.upkeep.urls")),
    path("sharing/", include("yiwang.platform.sharing.urls")),
    path("console/", include("yiwang.platform.console.urls")),
    path("developer/", include("yiwang.platform.developer.urls")),
    path("files/", include("yiwang.kernel.files.urls")),
    path("imports/", include("yiwang.kernel.imports.urls")),
]
