"""Procedure files: their shape, how one is read, filled in and checked."""
