"""Beginnings of names that many carry."""

from django.db import models


class HotPrefix(models.Model):
    """The beginning of names so common that it is faster to walk in display order than to sort (ADR 5)."""

    class Kind(models.TextChoices):
        NAME = "name", "姓名"
        PINYIN = "pinyin", "全拼"
        INITIALS = "initials", "首字母"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    prefix = models.CharField("前缀", max_length=20, db_collation="C")
    people = models.PositiveIntegerField("人数")

    class Meta:
        verbose_name = "常用检索前缀"
        constraints = [models.UniqueConstraint(fields=["kind", "prefix"], name="addressbook_prefix_once")]

    def __str__(self) -> str:
        return self.prefix
