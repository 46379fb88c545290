"""API routers: the parts of /api/v1 that modules bring."""

from dataclasses import dataclass

from ninja import Router

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class ApiRouter:
    """A router and the prefix it stands under, such as /persons."""

    key: str
    prefix: str
    router: Router


api_routers: Registry[ApiRouter] = Registry("api_routers", "Parts of /api/v1")
