"""The chart of a procedure, computed for drawing: boxes one below the other, returned paths beside them.

Drawn by jinja2/approvals/chart.html. Nothing of it is stored; it follows from definition, tasks and trail.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from yiwang.kernel.extension.approvals import StepPlan
from yiwang.kernel.template_filters import date_and_time
from yiwang.platform.approvals.models import Definition, Instance, Task, Trail

WIDTH, LEFT, BOX, GAP = 360, 64, 288, 26
HEAD, LINE, FOOT = 30, 20, 8
LONGEST = 3  # lines of names in a box; more are counted
_MODES = {"any": "一人办理", "all": "会签", "ordered": "依次会签"}
_DECIDED = (Trail.Action.AGREED, Trail.Action.AMENDED, Trail.Action.DISAGREED, Trail.Action.RETURNED)


@dataclass
class Node:
    """A box. state: done, now, returned, next or skipped. lines: who did what when, or with whom it lies."""

    key: str
    label: str
    state: str
    note: str = ""
    lines: list[str] = field(default_factory=list)
    y: int = 0

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.lines) + (FOOT if self.lines else 0)

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Arc:
    """A returned path: from one box up to another, on the left. path: for the d of an SVG path."""

    path: str
    label: str
    x: int
    y: int


@dataclass(frozen=True)
class Chart:
    """The drawing, and what it says in one sentence."""

    title: str
    nodes: Sequence[Node]
    arcs: Sequence[Arc]
    height: int


def of_definition(definition: Definition) -> Chart:
    """The procedure by itself: its steps, how each is decided, in how many working days."""
    nodes = [Node("", "提交", "next")]
    for step in definition.plan:
        notes = [_MODES.get(step.mode, "")]
        if step.workdays:
            notes.append(f"{step.workdays}个工作日")
        if step.when:
            notes.append("按条件")
        nodes.append(Node(step.key, step.label, "next", " · ".join(notes)))
    nodes.append(Node("end", "办结", "next"))
    return _laid_out(f"流程图：{definition}", nodes, [])


def of_instance(
    instance: Instance, tasks: Sequence[Task], trail: Sequence[Trail], *, label: str = ""
) -> Chart:
    """The procedure with what has happened: where it stands, who has decided, what was returned where."""
    nodes = [_drafter(instance, trail)]
    nodes += [_step(instance, step, tasks, trail) for step in instance.definition.plan]
    nodes.append(_end(instance))
    if instance.ended_at is not None:
        for node in nodes[1:-1]:
            node.state = "skipped" if node.state == "next" else node.state
    here = label or instance.get_state_display()
    return _laid_out(f"流程图：{instance.definition.label}，{here}", nodes, _returns(tasks))


def _drafter(instance: Instance, trail: Sequence[Trail]) -> Node:
    sent = [row for row in trail if row.action in {Trail.Action.SUBMITTED, Trail.Action.RESUBMITTED}]
    lies_here = instance.state in Instance.WITH_DRAFTER
    state = "returned" if lies_here else "done"
    lines = [f"{row.actor_name} {row.get_action_display()} {_at(row.at)}" for row in sent]
    if lies_here:
        lines.append(f"{instance.drafter_name} {instance.get_state_display()}，待重新提交")
    return Node("", "提交", state, lines=_shortened(lines))


def _step(instance: Instance, step: StepPlan, tasks: Sequence[Task], trail: Sequence[Trail]) -> Node:
    key, mode = step.key, _MODES.get(step.mode, "") if step.mode != "any" else ""
    decided = [row for row in trail if row.step == key and row.action in _DECIDED]
    waiting = [task for task in tasks if task.step == key and task.is_active and task.kind != Task.Kind.READ]
    lines = [f"{row.handler} {row.get_action_display()} {_at(row.at)}" for row in decided]
    lines += [
        f"{_name(task)} {'待办理' if task.state == Task.State.OPEN else '待前一人办理'}" for task in waiting
    ]
    skipped = any(row.step == key and row.action == Trail.Action.SKIPPED for row in trail)
    if instance.step == key:
        state = "now"
    elif skipped and not decided:
        state, lines = "skipped", ["提交人本人的步骤，自动通过"]
    elif decided:
        is_before = _is_before(instance, key)
        state = "done" if is_before else "next"
        state = "returned" if decided[-1].action == Trail.Action.RETURNED and not is_before else state
    else:
        state = "skipped" if _is_before(instance, key) else "next"
    return Node(key, step.label, state, mode, _shortened(lines))


def _is_before(instance: Instance, key: str) -> bool:
    """Does the step lie before where it stands, or has all of it been gone through?"""
    keys = [step.key for step in instance.definition.plan]
    if instance.state == Instance.State.APPROVED:
        return True
    return instance.step in keys and keys.index(key) < keys.index(instance.step)


def _end(instance: Instance) -> Node:
    if instance.ended_at is None:
        return Node("end", "办结", "next")
    state = "done" if instance.state == Instance.State.APPROVED else "returned"
    return Node("end", "办结", state, lines=[f"{instance.get_state_display()} {_at(instance.ended_at)}"])


def _name(task: Task) -> str:
    return f"{task.person.name}（代 {task.owner.name}）" if task.owner else task.person.name


def _at(moment: datetime.datetime) -> str:
    return date_and_time(moment)[5:]


def _shortened(lines: list[str]) -> list[str]:
    """The latest lines; how many there were before them."""
    if len(lines) <= LONGEST:
        return lines
    return [f"此前{len(lines) - LONGEST + 1}次办理", *lines[-LONGEST + 1 :]]


def _returns(tasks: Iterable[Task]) -> list[tuple[str, str]]:
    """Each returned path once: (from step, to step), "" is the drafter."""
    by_id = {task.pk: task for task in tasks}
    found = dict.fromkeys(
        (by_id[task.returned_from_id].step, task.step)
        for task in tasks
        if task.returned_from_id in by_id and by_id[task.returned_from_id].outcome == Task.Outcome.RETURNED
    )
    return list(found)


def _laid_out(title: str, nodes: list[Node], returns: list[tuple[str, str]]) -> Chart:
    y = 8
    for node in nodes:
        node.y = y
        y += node.height + GAP
    places = {node.key: node for node in nodes}
    arcs = []
    for lane, (source, target) in enumerate(returns):
        begin, end = places.get(source), places.get(target)
        if begin is None or end is None or begin.y <= end.y:
            continue
        x = max(8, LEFT - 20 - 14 * lane)
        path = f"M{LEFT} {begin.middle}H{x + 6}Q{x} {begin.middle} {x} {begin.middle - 6}"
        path += f"V{end.middle + 6}Q{x} {end.middle} {x + 6} {end.middle}H{LEFT - 3}"
        arcs.append(Arc(path, f"由{begin.label}退回{end.label}", x, (begin.middle + end.middle) // 2))
    return Chart(title, nodes, arcs, y - GAP + 8)
