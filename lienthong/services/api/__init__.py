"""The verbs of the room: prepare and file a dossier, follow it, decide it."""
