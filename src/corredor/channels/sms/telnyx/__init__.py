"""SMS through Telnyx."""
