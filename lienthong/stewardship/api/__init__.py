"""The verbs of a steward. First argument who acts, the rest by keyword; every one leaves its access entry."""
