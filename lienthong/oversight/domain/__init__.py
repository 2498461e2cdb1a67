"""Pure functions and values of oversight."""
