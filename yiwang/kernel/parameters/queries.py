"""Reading parameters: the value in force. The process keeps what was set for a while."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from yiwang.kernel.extension.parameters import Parameter, parameters
from yiwang.kernel.parameters.models import Setting

_KEEP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Kept:
    values: dict[str, str]
    read_at: float


_kept: _Kept | None = None


def forget() -> None:
    """Read afresh at the next call."""
    global _kept
    _kept = None


def assume(values: dict[str, str]) -> None:
    """Take these as what was set, without reading: for tests."""
    global _kept
    _kept = _Kept(values, time.monotonic())


def _values() -> dict[str, str]:
    global _kept
    kept = _kept
    if kept is None or time.monotonic() - kept.read_at > _KEEP_SECONDS:
        kept = _kept = _Kept(dict(Setting.objects.values_list("key", "value")), time.monotonic())
    return kept.values


def value_of(parameter: Parameter) -> int | str:
    """What is in force: what was set, as long as the parameter still allows it, else the default."""
    stored = _values().get(parameter.key)
    if stored is None:
        return parameter.default
    if not parameter.is_number:
        return stored
    number = int(stored)
    return number if parameter.least <= number <= parameter.most else parameter.default


def number(key: str) -> int:
    """A number in force."""
    value = value_of(parameters.get(key))
    assert isinstance(value, int)  # noqa: S101  registered with a number
    return value


def text(key: str) -> str:
    """A word in force."""
    return str(value_of(parameters.get(key)))


def told(key: str) -> str:
    """The value with its measure, for sentences: 15个工作日."""
    parameter = parameters.get(key)
    return parameter.told(value_of(parameter))


def platform_operator() -> str:
    """Who runs the platform (平台主管单位); error pages name him too while the database is away."""
    try:
        return text("parameters.operator")
    except DatabaseError:
        return settings.PLATFORM_OPERATOR


def stored() -> dict[str, Setting]:
    """What was set, by key, read afresh."""
    return {one.key: one for one in Setting.objects.all()}
