"""Tables of a steward's work and every statement on them."""
