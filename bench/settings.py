"""Production's settings, but one address may try to log in as often as the benchmark needs."""

from yiwang.site.settings.prod import *

LOGIN_ATTEMPTS_PER_ADDRESS = (1_000_000, 60)
