"""Where every address leads. Each app keeps its own urls.py."""

from django.urls import include, path

handler400 = "yiwang.kernel.responses.bad_request"
handler403 = "yiwang.kernel.responses.permission_denied"
handler404 = "yiwang.kernel.responses.not_found"
handler500 = "yiwang.kernel.responses.server_error"

urlpatterns = [
    path("", include("yiwang.kernel.urls")),
    path("", include("yiwang.platform.portal.urls")),
    path("", include("yiwang.platform.accounts.urls")),
    path("addressbook/", include("yiwang.platform.addressbook.urls")),
    path("console/", include("yiwang.platform.console.urls")),
    path("files/", include("yiwang.kernel.files.urls")),
]
