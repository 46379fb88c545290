"""The list of words that tags are checked against."""

from django.db.models import QuerySet

from yiwang.platform.tags.models import SensitiveWord
from yiwang.platform.tags.rules.words import Word


def listed() -> list[Word]:
    """All of it: some dozens of words."""
    return [Word(word, weight) for word, weight in SensitiveWord.objects.values_list("word", "weight")]


def rows() -> QuerySet[SensitiveWord]:
    """For the list of the security administrator."""
    return SensitiveWord.objects.all()
