"""Systems outside that the platform asks (ADR 11)."""

from yiwang.site.environment import environment

_environment = environment()

REALNAME_SERVICE = "yiwang.platform.accounts.gateways.realname.HttpService"
REALNAME_URL = _environment.realname_url
REALNAME_CLIENT = _environment.realname_client
REALNAME_KEY_FILE = _environment.realname_key
REALNAME_SECONDS = 10.0
