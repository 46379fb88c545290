"""How long a ladder (必达) rests on each step: what is usual and what may be chosen, as set."""

from dataclasses import dataclass

from yiwang.kernel.parameters.queries import number

USUAL = ("messages.reach_text", "messages.reach_contact", "messages.reach_duty")


@dataclass(frozen=True, slots=True)
class Limits:
    """Minutes. usual: between the steps, in their order."""

    least: int
    most: int
    usual: tuple[int, ...]


def limits() -> Limits:
    """Those in force; whatever is set as usual lies within what may be chosen."""
    least = number("messages.reach_least")
    most = max(least, number("messages.reach_most"))
    return Limits(least, most, tuple(min(max(number(key), least), most) for key in USUAL))
