"""The list of sensitive words: shipped with the platform, kept by the security administrator."""

from django.db import IntegrityError, connection, transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require_right
from yiwang.platform.tags.models import SensitiveWord
from yiwang.platform.tags.rules.words import SHIPPED
from yiwang.platform.tags.vocabulary import KEEP_WORDS, WORD_ADDED, WORD_REMOVED


@transaction.atomic
def ship_words() -> None:
    """The list as it is shipped, where there is none yet; after that it belongs to its keeper."""
    if SensitiveWord._meta.db_table not in connection.introspection.table_names():
        return  # migrated to an earlier state
    if SensitiveWord.objects.exists():
        return
    SensitiveWord.objects.bulk_create(
        SensitiveWord(word=word, weight=weight, topic=topic)
        for (weight, topic), words in SHIPPED.items()
        for word in words
    )


@transaction.atomic
def add_word(*, word: str, weight: str, topic: str, actor: Actor) -> SensitiveWord:
    """Put a word on the list. Tags that are called so already stay; their names are looked at when edited."""
    require_right(actor.allows(KEEP_WORDS.key), KEEP_WORDS.label)
    said = "".join(word.split())
    if len(said) < 2:
        raise invalid("word", "用词至少两个字")
    if weight not in SensitiveWord.Weight.values:
        raise invalid("weight", "请选择处理方式")
    try:
        with transaction.atomic():
            one = SensitiveWord.objects.create(word=said, weight=weight, topic=topic.strip())
    except IntegrityError as error:
        raise invalid("word", "该用词已在列表中") from error
    audit.record(WORD_ADDED, one, actor=actor, changes={"weight": [None, one.get_weight_display()]})
    return one


@transaction.atomic
def remove_word(one: SensitiveWord, *, reason: str, actor: Actor) -> None:
    """Take a word off the list."""
    require_right(actor.allows(KEEP_WORDS.key), KEEP_WORDS.label)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    audit.record(WORD_REMOVED, one, actor=actor, reason=reason.strip())
    one.delete()
