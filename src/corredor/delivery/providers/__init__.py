"""Per-provider state: circuit breaker, learnt send rates, delivery receipts."""
