"""Sign-in, one's own account, and the pages of stewards: people, channels, settings, self-check."""
