"""Who works here: accounts, roles, training, and the sealed address book."""
