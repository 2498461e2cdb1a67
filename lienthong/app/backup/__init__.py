"""A node's whole state at one point: made while it serves, checked without it, put back whole or not at all."""
