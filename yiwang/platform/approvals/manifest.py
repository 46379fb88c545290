"""What approvals give to the platform."""
