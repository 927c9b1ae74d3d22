"""The wizard's steps, each a module: what it shows, what it asks, and the Python that does the same."""
