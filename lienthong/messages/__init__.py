"""Notices and one-time codes, and the channels they travel by."""
