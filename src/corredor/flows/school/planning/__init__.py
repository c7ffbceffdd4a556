"""Planning of a school's corridors: inputs, planning problem, solution, stored form."""
