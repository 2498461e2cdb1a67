"""A data steward's work on the registers: bring files in, clean, match, watch quality, draw up rolls."""
