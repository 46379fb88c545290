"""Reading instances: who may see one, who takes part in it."""

from typing import Any

from django.db.models import Model, Prefetch, Q, QuerySet

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.approvals import subjects
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Definition, Instance, Task, Trail


def visible(viewer: Any, pk: int) -> Instance:
    """The instance, for who takes part in it or whom its subject lets see it; 404 otherwise."""
    instance = Instance.objects.select_related("definition", "sent_by").filter(pk=pk).first()
    if instance is None or not is_visible(viewer, instance):
        raise not_found()
    return instance


def visible_or_managed(viewer: Any, pk: int) -> Instance:
    """For acts on an instance: visible, or the viewer looks after procedures."""
    if rules.can_manage(viewer):
        instance = Instance.objects.select_related("definition", "sent_by").filter(pk=pk).first()
        if instance is not None:
            return instance
    return visible(viewer, pk)


def running_by(definition: Definition) -> int:
    """How many instances are under way by this very version."""
    key, version = definition.procedure, definition.version
    return Instance.objects.open().filter(definition__procedure=key, definition__version=version).count()


def is_visible(viewer: Any, instance: Instance) -> bool:
    """Does he take part, or does the subject itself let him see it?"""
    if Instance.objects.visible_to(viewer).filter(pk=instance.pk).exists():
        return True
    return may_see_content(viewer, instance)


def may_see_content(viewer: Any, instance: Instance) -> bool:
    """Does the subject's own module let him see it?"""
    if instance.subject_type not in subjects:
        return False
    may_see = subjects.get(instance.subject_type).may_see
    return may_see is not None and may_see(instance.subject_id, viewer)


def may_read_file(viewer: Any, trail_id: str) -> bool:
    """May he read what is attached to a row of the trail? Whoever may see the instance may."""
    row = Trail.objects.select_related("instance").filter(pk=int(trail_id)).first()
    return row is not None and is_visible(viewer, row.instance)


def submitted_by(person_id: int) -> QuerySet[Instance]:
    """What a person has submitted, with whom each lies now."""
    lying = Task.objects.filter(state=Task.State.OPEN).exclude(kind=Task.Kind.READ)
    own = Instance.objects.filter(drafter_id=person_id).select_related("definition")
    return own.prefetch_related(Prefetch("tasks", lying.select_related("person", "owner"), to_attr="lying"))


def takes_part(instance: Instance, actor: Any, *, may_manage: bool = False) -> bool:
    """Has he submitted it, handled it, or stands for who has? Readers do not take part."""
    if actor is SYSTEM or rules.is_drafter(actor, instance):
        return True
    if may_manage and rules.can_manage(actor):
        return True
    person_id = rules.person_of(actor)
    if person_id is None:
        return False
    own = Task.objects.filter(Q(person_id=person_id) | Q(owner_id=person_id), instance=instance)
    return own.exclude(kind=Task.Kind.READ).exclude(state=Task.State.WAITING).exists()


def of_subject(subject: Model) -> Instance | None:
    """The latest instance of a business object."""
    runs = Instance.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    return runs.select_related("definition", "sent_by").order_by("-id").first()
