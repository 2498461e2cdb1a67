"""Papers and digital documents of the state: issue, sign, hold, show, verify."""
