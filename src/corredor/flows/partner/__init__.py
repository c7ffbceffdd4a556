"""Partner networks: manage them, call their webhooks, receive their CAP messages."""
