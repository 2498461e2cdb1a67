"""Pure parts of the room: the document, the statement on paper, the digital document, dates in words."""
