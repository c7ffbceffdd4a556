"""Building a pack from raw files; nothing here is loaded when a pack is only read."""
