"""The append-only Merkle log (RFC 6962): append, checkpoint, prove, verify."""
