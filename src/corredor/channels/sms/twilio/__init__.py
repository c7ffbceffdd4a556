"""SMS through Twilio, or any provider with a compatible REST API."""
