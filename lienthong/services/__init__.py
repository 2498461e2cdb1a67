"""Procedures, forms, dossiers, the legal clock, desks and decisions."""
