"""What todos give to the platform."""
