"""Fixtures that every test of the project needs, wherever it stands."""

pytest_plugins = ["yiwang.kernel.audit.tests.plugin"]
