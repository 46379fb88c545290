"""What people set up for themselves in the address book: whom they starred, whether their number is open."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from yiwang.platform.org.models import Person


class Star(models.Model):
    """Somebody whom a person wants at hand (星标)."""

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("星标时间", auto_now_add=True)

    if TYPE_CHECKING:
        owner_id: int
        person_id: int

    class Meta:
        verbose_name = "星标"
        constraints = [
            models.UniqueConstraint(fields=["owner", "person"], name="addressbook_star_once"),
            models.CheckConstraint(condition=~Q(owner=F("person")), name="addressbook_star_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} ★ {self.person}"


class OpenMobile(models.Model):
    """公开手机: whoever reaches this person directly may see the whole mobile number (§3.7)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("公开时间", auto_now_add=True)

    class Meta:
        verbose_name = "公开手机号码"

    def __str__(self) -> str:
        return str(self.person)
