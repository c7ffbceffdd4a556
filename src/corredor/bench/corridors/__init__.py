"""Benches of the corridor planner: time, optimality, and comparison with other plans."""
