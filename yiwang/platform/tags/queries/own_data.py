"""What a person is told of the tags he stands on (个人信息查询).

Lists kept by hand, of all units and the past too: who put him there kept a record of him. Tags with a rule
keep nothing of anybody; what they go by is on his card.
"""

from collections.abc import Iterator

from yiwang.platform.tags.models import Tag, TagMember


def tags_of(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """Name, owner, note, since when, whether still, until when; the latest first."""
    rows = TagMember.objects.filter(person=person_id).exclude(tag__state=Tag.State.DELETED)
    for row in rows.select_related("tag__unit").order_by("-added_at", "-pk"):
        tag = row.tag
        yield tag.name, tag.owner_name, tag.note, row.added_at, row.get_removal_display(), row.removed_at
