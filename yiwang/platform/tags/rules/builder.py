"""Rules as the form builds them: up to three groups of conditions, one of which must fit, and an exclusion.

What the interface can say goes further; a rule of another shape is shown as a sentence and not edited here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yiwang.platform.tags.rules.language import Either, Every, Has, Rule, Serves, Without

MOST_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Conditions that hold together. facts: key of language.FACTS -> what it may be."""

    serves: Serves | None = None
    facts: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.serves is None and not self.facts


@dataclass(frozen=True, slots=True)
class Built:
    """What the form holds. exclusion: None for nobody."""

    groups: tuple[Block, ...]
    exclusion: Block | None = None


def compose(groups: Sequence[Block], exclusion: Block | None = None) -> Rule:
    """The rule that the form says; at least one group holds a condition."""
    parts = tuple(_rule_of(one) for one in groups if not one.is_empty)
    main: Rule = parts[0] if len(parts) == 1 else Either(parts)
    if exclusion is None or exclusion.is_empty:
        return main
    return Every((main, Without(_rule_of(exclusion))))


def _rule_of(block: Block) -> Rule:
    parts: list[Rule] = [block.serves] if block.serves is not None else []
    parts += [Has(fact, values) for fact, values in block.facts.items()]
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def decompose(rule: Rule) -> Built | None:
    """How the form shows a rule; None when it cannot."""
    exclusion = None
    if isinstance(rule, Every) and len(rule.parts) == 2 and isinstance(rule.parts[1], Without):
        exclusion = _block_of(rule.parts[1].part)
        rule = rule.parts[0]
        if exclusion is None:
            return None
    groups = [_block_of(one) for one in (rule.parts if isinstance(rule, Either) else (rule,))]
    if len(groups) > MOST_GROUPS or None in groups:
        return None
    return Built(tuple(one for one in groups if one is not None), exclusion)


def _block_of(rule: Rule) -> Block | None:
    parts = rule.parts if isinstance(rule, Every) else (rule,)
    serves = [one for one in parts if isinstance(one, Serves)]
    facts = {one.fact: one.values for one in parts if isinstance(one, Has)}
    if len(serves) > 1 or len(serves) + len(facts) != len(parts):
        return None
    return Block(serves[0] if serves else None, facts)
