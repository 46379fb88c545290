"""Where the web server listens: is the port free, does it answer? Plain sockets: no proxy is asked."""

import contextlib
import errno
import http.client
import socket
import time

from yiwang.site.environment import Environment
from yiwang.site.launcher import codes
from yiwang.site.launcher.refusal import Refuses

_PORT_PATIENCE = 3.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not bound to


def local_host(environment: Environment) -> str:
    """How this machine reaches its own web server."""
    return _ANY.get(environment.bind, environment.bind)


def url(environment: Environment) -> str:
    """What the operator opens in a browser on this machine."""
    host = local_host(environment)
    return f"http://{f'[{host}]' if ':' in host else host}:{environment.port}/"


def _host_header(environment: Environment) -> str:
    """A name under which the platform accepts requests: it refuses hosts that the operator did not name."""
    first = next(iter(environment.hosts), "*")
    return "localhost" if first == "*" else first.removeprefix(".")


def is_ready(environment: Environment) -> bool:
    """Does /readyz answer 200?"""
    connection = http.client.HTTPConnection(local_host(environment), environment.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": _host_header(environment)})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_live(environment: Environment) -> bool:
    """Does the process that keeps open pages informed listen? True when there is none."""
    if not environment.realtime_port:
        return True
    with contextlib.suppress(OSError):
        socket.create_connection((local_host(environment), environment.realtime_port), timeout=5).close()
        return True
    return False


def require_free_port(environment: Environment) -> None:
    """Ask before anything is started. After a kill -9 the old web server needs a moment to go."""
    deadline = time.monotonic() + _PORT_PATIENCE
    while problem := _problem_of_binding(environment):
        if problem == errno.EACCES:
            raise Refuses(
                f"没有权限使用端口 {environment.port}，请用 YIWANG_PORT 指定1024以上的端口", codes.NOT_ALLOWED
            )
        if problem != errno.EADDRINUSE:
            raise Refuses(f"YIWANG_BIND 不是本机地址：{environment.bind}", codes.USAGE)
        if time.monotonic() > deadline:
            raise Refuses(
                f"端口 {environment.port} 已被占用，请用 YIWANG_PORT 指定其他端口", codes.PORT_IN_USE
            )
        time.sleep(0.1)


def _problem_of_binding(environment: Environment) -> int:
    """0 when the address can be bound, else the errno."""
    family = socket.AF_INET6 if ":" in environment.bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.bind, environment.port))
        except OSError as problem:
            return problem.errno or errno.EADDRNOTAVAIL
    return 0


def free_port() -> int:
    """A port of this machine's own address that nobody listens on right now."""
    with socket.socket(socket.AF_INET) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
