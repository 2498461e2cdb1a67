"""Targets, indicators and scorecards computed from evidence; every figure opens down to its records."""
