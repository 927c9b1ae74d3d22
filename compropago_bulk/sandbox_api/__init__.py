"""The documented API on loopback. It shares no code with the client."""
