"""Models of upkeep, listed for Django."""

from yiwang.platform.upkeep.models.correction import (
    Correction,
    CorrectionEvent,
    CorrectionQuerySet,
    CorrectionReport,
)
from yiwang.platform.upkeep.models.figures import DayFigures
from yiwang.platform.upkeep.models.known import KnownChange
from yiwang.platform.upkeep.models.quarter import Quarter, UnitCheck
from yiwang.platform.upkeep.models.sample import Sample, SampledPerson

__all__ = [
    "Correction",
    "CorrectionEvent",
    "CorrectionQuerySet",
    "CorrectionReport",
    "DayFigures",
    "KnownChange",
    "Quarter",
    "Sample",
    "SampledPerson",
    "UnitCheck",
]
