"""Each peer is a program of its own: it warms up, does the work, and prints what it took as JSON."""
