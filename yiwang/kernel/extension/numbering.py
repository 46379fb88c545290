"""Number series: how the human numbers of business objects are formed (domain reference §0.8)."""

from dataclasses import dataclass
from string import Formatter

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Series:
    """A kind of number, counted per year and scope, continuous, never reused.

    pattern: str.format with {year}, {n} and perhaps {scope}: 督〔{year}〕{n}号, 会{year}-{n:04d},
    {scope}〔{year}〕{n}号. is_scoped: each unit or 代字 counts for itself, named in the number or not
    (every unit has its own 收〔2026〕0001).
    """

    key: str
    label: str
    pattern: str
    is_scoped: bool = False

    def __post_init__(self) -> None:
        fields = {name for _, name, _, _ in Formatter().parse(self.pattern) if name is not None}
        if not {"year", "n"} <= fields <= {"year", "n", "scope"}:
            raise ValueError(f"{self.key}: the pattern {self.pattern!r} must hold {{year}} and {{n}}")
        if "scope" in fields and not self.is_scoped:
            raise ValueError(f"{self.key}: the pattern names a scope, but the series is not scoped")

    def text(self, *, year: int, n: int, scope: str = "") -> str:
        """The number as people write it."""
        return self.pattern.format(year=year, n=n, scope=scope)


number_series: Registry[Series] = Registry("number_series", "Kinds of human numbers")
