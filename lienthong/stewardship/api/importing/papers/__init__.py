"""Scans: pages are read one by one aside, their rows go the way of every import, and each waits for a person."""
