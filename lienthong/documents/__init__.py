"""The wallet: issue, hold, present, verify signed documents and papers."""
