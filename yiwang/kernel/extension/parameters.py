"""Parameters: numbers and words that practice decides and no law, which the district may set (§30)."""

from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Parameter:
    """A number from least to most with its measure, or a word of least to most characters.

    key: `<app>.<noun>`; group, label: Chinese; basis: where the default comes from; note: what follows
    from it. It is asked for when something arises: what runs already keeps what it was given.
    """

    key: str
    group: str
    label: str
    default: int | str
    measure: str = ""
    least: int = 1
    most: int = 60
    basis: str = ""
    note: str = ""

    @property
    def is_number(self) -> bool:
        return isinstance(self.default, int)

    def told(self, value: int | str) -> str:
        """15个工作日."""
        return f"{value}{self.measure}"


parameters: Registry[Parameter] = Registry("parameters", "Numbers and words that the district may set")
