"""What an outsider needs to check the log, and nothing else: hashing, proofs, signed checkpoints, audit."""
