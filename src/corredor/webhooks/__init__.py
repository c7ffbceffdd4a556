"""What other machines send us: inbound messages and receipts."""
