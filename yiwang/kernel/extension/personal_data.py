"""Personal data: what the platform keeps of a person, for his own look at it (个人信息查询, PIPL 第45条).

Each module says what it keeps, what for, and how it reads; the person sees and takes out all of it at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class PersonalData:
    """One kind of data. purpose: what it is kept for (处理目的), in a sentence.

    rows: (person id, in clear) -> rows under `headings`, as text, dates and numbers; identity and mobile
    numbers are masked unless in clear.
    """

    key: str
    label: str
    purpose: str
    headings: tuple[str, ...]
    rows: Callable[[int, bool], Iterable[tuple[object, ...]]]
    order: int = 100


personal_data: Registry[PersonalData] = Registry("personal_data", "What is kept of a person")
