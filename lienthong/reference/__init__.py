"""Administrative units over time, agencies, the working calendar, code lists, the field dictionary."""
