"""The demonstration district: a real tree with fictitious people, for trying, testing and measuring."""
