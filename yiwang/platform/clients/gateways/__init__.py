"""The way to applications' own addresses."""
