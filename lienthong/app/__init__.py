"""The front door: puts the rooms together into one server, one command line, one worker and one schedule."""
