"""Staff accounts, roles and training, and encrypted addresses."""
