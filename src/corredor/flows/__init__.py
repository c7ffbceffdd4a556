"""The road: one file for each arrow between the stages; nothing else joins them, and flows own the transaction."""
