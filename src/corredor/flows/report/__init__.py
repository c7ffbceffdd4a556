"""Reports: receive them by form, phone and SMS, and reply."""
