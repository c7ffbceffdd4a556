"""Ways to reach a person: each turns a frozen Message into a frozen Outcome and knows no database."""
