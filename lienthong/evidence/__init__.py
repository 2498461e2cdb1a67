"""Append-only facts made from every room's events, kept in columns for counting."""
