"""What messages give to the platform."""
