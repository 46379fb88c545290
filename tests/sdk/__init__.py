"""The Python SDK against a running platform."""
