"""Reading agency words (发文机关代字) and plates: which were in use on a day."""

import datetime

from django.db.models import Q

from yiwang.platform.org.models import AgencyWord, Unit, UnitAlias


def words_on(unit: Unit, day: datetime.date) -> list[AgencyWord]:
    """The words that documents of that day may be numbered with; the unit's own first, then its plates'."""
    in_use = Q(valid_to=None) | Q(valid_to__gt=day)
    words = AgencyWord.objects.filter(in_use, unit=unit, valid_from__lte=day).select_related("plate")
    return sorted(words, key=lambda one: (one.plate_id is not None, one.valid_from, one.pk))


def words_of(unit: Unit) -> list[AgencyWord]:
    """All words the unit ever had, the latest first."""
    return list(AgencyWord.objects.filter(unit=unit).select_related("plate").order_by("-valid_from", "-pk"))


def owner_of(word: str) -> Unit | None:
    """Whose word it is today."""
    found = AgencyWord.objects.filter(word=word, valid_to=None).select_related("unit").first()
    return found.unit if found else None


def plates_on(unit: Unit, day: datetime.date) -> list[UnitAlias]:
    """The plates the unit carried on that day (加挂牌子)."""
    in_use = Q(valid_to=None) | Q(valid_to__gt=day)
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    plates = UnitAlias.objects.filter(in_use, begun, unit=unit, kind=UnitAlias.Kind.PLATE)
    return list(plates.order_by("valid_from", "pk"))
