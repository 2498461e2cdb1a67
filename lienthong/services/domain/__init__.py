"""Pure rules of dossiers: the flow of steps, dossier codes, comparison of values."""
