"""Where every address leads. Each app keeps its own urls.py."""

from django.urls import include, path

urlpatterns = [
    path("", include("yiwang.platform.portal.urls")),
    path("", include("yiwang.platform.accounts.urls")),
    path("addressbook/", include("yiwang.platform.addressbook.urls")),
    path("console/", include("yiwang.platform.console.urls")),
    path("files/", include("yiwang.kernel.files.urls")),
]
