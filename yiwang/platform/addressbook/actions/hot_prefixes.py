"""Which beginnings of names are common."""

from django.db import connection, transaction

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.addressbook.models import HotPrefix
from yiwang.platform.addressbook.queries import hot_prefixes
from yiwang.platform.addressbook.vocabulary import HOT_PREFIXES_COUNTED

# A prefix is common when more people than this carry it and walking finds a page of them sooner than sorting:
# on the way to `page` of them the walk meets page × group ÷ people persons, the sort meets all `people`.
_COMMON = 400
_PAGE = 20

# (kind, characters of the group that an index walks in order, from and to how many characters)
_KINDS = (
    (HotPrefix.Kind.NAME, 1, 2, 3),
    (HotPrefix.Kind.PINYIN, 2, 3, 12),
    (HotPrefix.Kind.INITIALS, 2, 3, 4),
)

_COUNT = """
WITH counted AS (
    SELECT left({column}, length) AS prefix, count(*) AS people
    FROM org_person, generate_series({group}, {longest}) AS length
    WHERE length <= length({column}) AND sight > 0
    GROUP BY 1
)
INSERT INTO addressbook_hotprefix (kind, prefix, people)
SELECT %s, counted.prefix, counted.people
FROM counted JOIN counted AS walked ON walked.prefix = left(counted.prefix, {group})
WHERE length(counted.prefix) >= {shortest} AND counted.people > %s
  AND counted.people * counted.people > %s * walked.people
"""


@transaction.atomic
def count_hot_prefixes(*, actor: Actor = SYSTEM, only_first: bool = False) -> int:
    """Count anew which beginnings of names are common; returns how many there are.

    only_first: leave it when something is known already, because the count reads every person.
    """
    known = HotPrefix.objects.count()
    if only_first and known:
        return known
    HotPrefix.objects.all().delete()
    with connection.cursor() as cursor:
        for kind, group, shortest, longest in _KINDS:
            statement = _COUNT.format(column=kind.value, group=group, shortest=shortest, longest=longest)
            cursor.execute(statement, [kind.value, _COMMON, _PAGE])
    count = HotPrefix.objects.count()

    if known or count:
        audit.record(HOT_PREFIXES_COUNTED, ("addressbook.hotprefix", "", "常用检索前缀"), actor=actor)
    transaction.on_commit(hot_prefixes.forget)
    return count
