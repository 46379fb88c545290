"""The data keys, encrypted under the key provider's key. What they seal lies in other tables."""

from django.db import models


class DataKey(models.Model):
    """One version of the key of a purpose. Its clear form exists only in the memory of a process.

    The highest version seals; all versions open. Rows are never deleted: a backup may still need them.
    retired_at: since when nothing known in the database is sealed under it any more.
    """

    purpose = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="crypto_data_key_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="crypto_data_key_from_one"),
        ]
        verbose_name = "数据密钥"

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"
