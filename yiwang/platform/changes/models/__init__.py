"""The facts of reviewed changes, listed for Django."""
