"""The facts of reviewed changes, listed for Django."""

from yiwang.platform.changes.models.data_request import DataRequest, DataRequestQuerySet
from yiwang.platform.changes.models.handover import (
    Handover,
    HandoverItem,
    HandoverQuerySet,
    HandoverSignature,
)
from yiwang.platform.changes.models.import_batch import ImportBatch, ImportBatchQuerySet
from yiwang.platform.changes.models.person_operation import (
    OperationEvent,
    PersonOperation,
    PersonOperationQuerySet,
)
from yiwang.platform.changes.models.temporary_account import TemporaryRequest, TemporaryRequestQuerySet
from yiwang.platform.changes.models.unit_change import ChangedUnit, UnitChange, UnitChangeQuerySet

__all__ = [
    "ChangedUnit",
    "DataRequest",
    "DataRequestQuerySet",
    "Handover",
    "HandoverItem",
    "HandoverQuerySet",
    "HandoverSignature",
    "ImportBatch",
    "ImportBatchQuerySet",
    "OperationEvent",
    "PersonOperation",
    "PersonOperationQuerySet",
    "TemporaryRequest",
    "TemporaryRequestQuerySet",
    "UnitChange",
    "UnitChangeQuerySet",
]
