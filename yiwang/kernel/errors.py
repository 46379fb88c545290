"""The one expected failure: an act that the rules refuse. Anything else that is raised is a bug."""

from collections.abc import Mapping


class Refused(Exception):
    """An act was refused; nothing has changed. Middleware shows it as a page or as problem JSON.

    status: 403 no right, 404 not visible, 409 wrong state or concurrent change, 422 bad input,
    423 locked, 429 too often (domain reference §0.8).
    code: the stable name from the error catalogue (§32), such as E-ORG-01.
    fields: field name -> Chinese message, for 422.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 409,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.fields = dict(fields or {})
        self.retry_after = retry_after


def require(
    ok: object,
    message: str,
    *,
    status: int = 409,
    code: str = "",
    fields: Mapping[str, str] | None = None,
) -> None:
    """Refuse the act unless `ok`."""
    if not ok:
        raise Refused(message, status=status, code=code, fields=fields)


def require_right(ok: object, right: str) -> None:
    """Refuse for want of a right: E-PERM-01 names the right the user lacks."""
    require(ok, f"您没有“{right}”权限", status=403, code="E-PERM-01")


def not_found() -> Refused:
    """What is hidden or absent answers alike, so that existence does not leak (E-NOTF-01)."""
    return Refused("未找到该内容", status=404, code="E-NOTF-01")


def invalid(field: str, message: str, *, code: str = "") -> Refused:
    """Bad input in one field."""
    return Refused(message, status=422, code=code, fields={field: message})
