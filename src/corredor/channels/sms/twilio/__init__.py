"""SMS through Twilio, or any provider that speaks its REST form."""
