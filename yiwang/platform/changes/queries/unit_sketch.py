"""The part of the tree that a change concerns, as a sketch: before and after, side by side."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import STEP

MOST_CHILDREN = 12


@dataclass
class Row:
    """One line. mark: new, gone, renamed, moved, touched or "". number: how many more children there are."""

    id: int
    depth: int
    name: str
    mark: str = ""
    number: int = 0


Snapshot = dict[int, tuple[int | None, str, str, int]]


def snapshot() -> Snapshot:
    """Every living unit: its parent, path, short name and place; cheap at the size of a district."""
    rows = Unit.objects.living().values_list("pk", "parent_id", "path", "short_name", "position")
    return {pk: (parent, path, name, position) for pk, parent, path, name, position in rows}


def sketches(
    before: Snapshot, after: Snapshot, concerned: Iterable[int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Both trees around the units concerned: their ancestors, themselves, their children then and later."""
    shown = {pk for pk in concerned if pk in before or pk in after}
    changed = {pk for pk in {*before, *after} if before.get(pk, ())[:3] != after.get(pk, ())[:3]}
    wanted = shown | _tops(changed, before, after)
    return (
        [asdict(row) for row in _rows(before, wanted, lambda pk: _mark(pk, before, after, is_after=False))],
        [asdict(row) for row in _rows(after, wanted, lambda pk: _mark(pk, before, after, is_after=True))],
    )


def _tops(changed: set[int], before: Snapshot, after: Snapshot) -> set[int]:
    """Of a branch that only follows its top, the top is enough: its path changed, its parent did not."""
    return {
        pk
        for pk in changed
        if pk not in before
        or pk not in after
        or before[pk][0] != after[pk][0]
        or before[pk][2] != after[pk][2]
    }


def _mark(pk: int, before: Snapshot, after: Snapshot, *, is_after: bool) -> str:
    if pk not in before:
        return "new"
    if pk not in after:
        return "gone"
    if before[pk][0] != after[pk][0]:
        return "moved"
    if before[pk][2] != after[pk][2]:
        return "renamed"
    return ""


def _rows(tree: Snapshot, wanted: set[int], mark: Any) -> list[Row]:
    by_path = {path: pk for pk, (_, path, _, _) in tree.items()}
    kept: set[int] = set()
    for pk in wanted & set(tree):
        path = tree[pk][1]
        kept |= {by_path[path[:end]] for end in range(STEP, len(path) + 1, STEP) if path[:end] in by_path}
    children: dict[int, list[int]] = {}
    for pk, (parent, _, _, _) in sorted(tree.items(), key=lambda one: one[1][3]):
        if parent in wanted and parent in tree:
            children.setdefault(parent, []).append(pk)
    more: dict[int, int] = {}
    for parent, ids in children.items():
        listed = [pk for pk in ids if pk in kept] + [pk for pk in ids if pk not in kept]
        kept |= set(listed[:MOST_CHILDREN])
        more[parent] = max(0, len(listed) - MOST_CHILDREN)
    ordered = sorted((tree[pk][3], pk) for pk in kept)
    return [
        Row(pk, len(tree[pk][1]) // STEP - 1, tree[pk][2], mark(pk), more.get(pk, 0)) for _, pk in ordered
    ]
