"""Facts of the state as plain values: units, agencies, calendar, code lists, dictionary, legal bases."""
