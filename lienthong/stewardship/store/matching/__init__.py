"""Matching whole registers: a workshop of DuckDB that finds who is worth comparing, and the tables of what came of it."""
