"""Accounts, authentication levels, sessions, staff roles, and who may act for whom."""
