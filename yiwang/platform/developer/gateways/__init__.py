"""The sandbox, which this platform keeps and passes vendors' calls through to."""
