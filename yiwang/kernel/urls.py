"""Addresses of the frame itself: font size, numbers beside the doors, and in debug the style guide."""

from django.conf import settings
from django.urls import path

from yiwang.kernel import styleguide, views

app_name = "kernel"

urlpatterns = [
    path("font-size/", views.font_size, name="font_size"),
    path("numbers/", views.numbers, name="numbers"),
]
if settings.DEBUG:
    urlpatterns += [
        path("styleguide/", styleguide.styleguide, name="styleguide"),
        path("styleguide/<slug:part>/", styleguide.part, name="styleguide_part"),
    ]
