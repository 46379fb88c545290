"""The open API under requests that nobody thought of."""
