"""Base registers defined by files: import, clean, history, correct, look up, announce changes."""
