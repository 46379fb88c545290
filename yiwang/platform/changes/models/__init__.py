"""The facts of reviewed changes, listed for Django."""

from yiwang.platform.changes.models.handover import (
    Handover,
    HandoverItem,
    HandoverQuerySet,
    HandoverSignature,
)

__all__ = ["Handover", "HandoverItem", "HandoverQuerySet", "HandoverSignature"]
