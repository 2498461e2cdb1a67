"""What every room stands on: actor, clock, database, events, jobs, files, language. No HTTP, no domain."""
