"""What changes say to the platform: audit verbs, rights, messages, numbers."""
