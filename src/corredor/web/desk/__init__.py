"""The desk: where reports are taken, checked, written up, approved, followed and closed."""
