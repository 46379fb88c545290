"""Reading batches: their pages, their review, what is left to be carried out."""

from typing import Any

from django.urls import reverse

from yiwang.platform.approvals.models import Instance
from yiwang.platform.changes.models import (
    ImportBatch,
    ImportBatchQuerySet,
    PersonOperation,
    PersonOperationQuerySet,
)

SUBJECT = "changes.importbatch"


def url_of(subject_id: str) -> str:
    """The page of a batch, for approvals and messages."""
    return reverse("changes:batch", args=[int(subject_id)])


def may_see(subject_id: str, viewer: Any) -> bool:
    """May he see it, though he neither submitted nor handled it?"""
    return ImportBatch.objects.visible_to(viewer).filter(pk=int(subject_id)).exists()


def instance_of(batch: ImportBatch) -> Instance | None:
    """Its latest run through the review."""
    runs = Instance.objects.filter(subject_type=SUBJECT, subject_id=str(batch.pk))
    return runs.order_by("-pk").first()


def waiting(batch_id: int) -> PersonOperationQuerySet:
    """Its approved operations that nobody has carried out yet, in their order."""
    return PersonOperation.objects.filter(
        batch=batch_id,
        state=PersonOperation.State.WAITING_DAY,
        verification=PersonOperation.Verification.NONE,
    ).order_by("pk")


def unfinished() -> list[int]:
    """Batches that a killed worker left half done."""
    return list(ImportBatch.objects.filter(state=ImportBatch.State.APPLYING).values_list("pk", flat=True))


_TOLD = ("姓名", "单位", "职务", "部门内排序号", "证件类型")  # by columns of their own, or of no interest
KINDS = [(str(one.value), str(one.label)) for one in (PersonOperation.Kind.ADD, PersonOperation.Kind.CORRECT)]


def visible(viewer: Any) -> ImportBatchQuerySet:
    """Those he may see, and those that he was asked to review."""
    rows = ImportBatch.objects.visible_to(viewer)
    if viewer is None or viewer.is_temporary:
        return rows
    handled = Instance.objects.visible_to(viewer).filter(subject_type=SUBJECT)
    ids = [int(one) for one in handled.values_list("subject_id", flat=True)[:5_000]]
    return rows | ImportBatch.objects.filter(pk__in=ids)


def said(operation: PersonOperation) -> str:
    """What it changes, in one line; of who is new, what the other columns do not say."""
    if operation.kind == PersonOperation.Kind.ADD:
        told = [after for label, _, after in operation.differences if label not in _TOLD]
        return "，".join(told)
    return "；".join(
        f"{label}：{before or '无'} → {after or '无'}" for label, before, after in operation.differences
    )


def faulty(batch: ImportBatch) -> PersonOperationQuerySet:
    """What could not take effect."""
    failed = PersonOperation.objects.filter(batch=batch, state=PersonOperation.State.FAILED)
    return failed.select_related("unit", "to_unit", "person", "post").order_by("pk")
