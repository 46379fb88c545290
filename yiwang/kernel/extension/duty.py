"""Duty rosters: who is on duty at a moment, so that nothing waits for the morning for him (值班)."""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class DutyRoster:
    """on_duty: moment -> ids of the persons who are on duty then, all over the district."""

    key: str
    label: str
    on_duty: Callable[[datetime.datetime], Collection[int]]


duty_rosters: Registry[DutyRoster] = Registry("duty_rosters", "Who is on duty")


def on_duty(now: datetime.datetime) -> frozenset[int]:
    """By all rosters; nobody while no module keeps one."""
    return frozenset(one for roster in duty_rosters for one in roster.on_duty(now))
