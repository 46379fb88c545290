"""What changes give to the platform."""
