"""Foreign keys point down: kernel ← org ← accounts ← …, and open no hidden door backwards (§5.4)."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

TIERS = ("yiwang.kernel", "yiwang.platform", "yiwang.apps")


def _tier(module: str) -> int:
    return next(number for number, tier in enumerate(TIERS) if module.startswith(tier))


def _platform_place(label: str) -> int:
    """Later apps stand on earlier ones; the list of installed apps is in that order."""
    return [name.rsplit(".", 1)[-1] for name in settings.INSTALLED_APPS].index(label)


def _foreign_keys() -> list[Any]:
    return [
        field
        for model in apps.get_models()
        if model.__module__.startswith("yiwang.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_foreign_keys_point_down() -> None:
    wrong = []
    for field in _foreign_keys():
        own, other = field.model._meta, field.related_model._meta
        if own.app_label == other.app_label or other.label == settings.AUTH_USER_MODEL:
            continue
        down = _tier(other.model.__module__) < _tier(own.model.__module__)
        beside = _tier(other.model.__module__) == _tier(own.model.__module__)
        if not down and not (beside and _platform_place(other.app_label) < _platform_place(own.app_label)):
            wrong.append(str(field))
    assert not wrong, f"turn the key round, or use a hook: {wrong}"


def test_keys_across_apps_have_no_reverse_name() -> None:
    wrong = [
        str(field)
        for field in _foreign_keys()
        if field.model._meta.app_label != field.related_model._meta.app_label
        and field.remote_field.related_name != "+"
    ]
    assert not wrong, f'related_name="+": {wrong}'
