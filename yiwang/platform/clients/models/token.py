"""Access tokens, nonces of signed requests, and answers kept for repeated requests."""

from typing import TYPE_CHECKING

from django.db import models

from yiwang.platform.clients.models.client import Client, ClientSecret


class AccessToken(models.Model):
    """A token. The database holds its digest; its text is worked out again from the seed and the
    installation's own key, so that a repeated request gets the same token and a stolen table opens nothing.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    secret = models.ForeignKey(ClientSecret, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    seed = models.BinaryField(max_length=16)
    issued_at = models.DateTimeField("签发时间")
    expires_at = models.DateTimeField("到期时间")
    ended_at = models.DateTimeField("作废时间", null=True, blank=True)

    if TYPE_CHECKING:
        client_id: int
        secret_id: int

    class Meta:
        verbose_name = "访问令牌"
        indexes = [
            models.Index(fields=["client", "-expires_at"], name="clients_token_latest"),
            models.Index(fields=["expires_at"], name="clients_token_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.expires_at}"


class Nonce(models.Model):
    """A word that signed a request; it is taken once. The table is not logged: old ones are worth nothing."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField()

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "签名随机数"
        constraints = [models.UniqueConstraint(fields=["client", "nonce"], name="clients_nonce_once")]
        indexes = [models.Index(fields=["at"], name="clients_nonce_at")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.at}"


class Repeat(models.Model):
    """What was answered to a request with an Idempotency-Key, for the next 24 hours.

    The row is written in the transaction of the act itself: either both are there, or neither.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=128)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField("答复状态", default=0)
    content_type = models.CharField(max_length=60, blank=True)
    answer = models.BinaryField(default=b"")
    at = models.DateTimeField()

    if TYPE_CHECKING:
        client_id: int

    class Meta:
        verbose_name = "幂等请求"
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="clients_repeat_once")]
        indexes = [models.Index(fields=["at"], name="clients_repeat_at")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.at}"
