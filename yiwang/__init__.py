"""一网协同 (Yiwang): a self-hosted collaborative office platform for a district government."""

__version__ = "0.1.0"
