"""From a table to a file that one would hand to a client."""
