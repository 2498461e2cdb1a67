"""The only door to register data: contracts, fetch and submit, and the citizen's access log."""
