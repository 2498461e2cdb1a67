"""What stands around every page: entry, headers, limits, errors, compression, measures; and the pages of the house."""
