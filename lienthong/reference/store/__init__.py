"""Reads the reference data once into memory. No tables: its facts are files, the package's and the operator's."""
