"""Pure: what a file, a value or two records mean; nothing here reads a database."""
