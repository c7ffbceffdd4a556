"""Partners: other networks and newsrooms, outbound webhooks to them, and reports from them."""
