"""Words that a tag's name must not hold, because they would make a list of sensitive personal data."""

from django.db import models


class SensitiveWord(models.Model):
    """A word of the list that the security administrator keeps (个人信息保护法 第二十八条).

    REFUSED: never. EXPLAINED: it may be an office (宗教事务联络员) as well as a label; who makes the tag says
    why it marks a duty.
    """

    class Weight(models.TextChoices):
        REFUSED = "refused", "禁止使用"
        EXPLAINED = "explained", "须作说明"

    word = models.CharField("用词", max_length=20, unique=True)
    weight = models.CharField("处理", max_length=10, choices=Weight)
    topic = models.CharField("类别", max_length=20)

    class Meta:
        verbose_name = "敏感用词"

    def __str__(self) -> str:
        return self.word
