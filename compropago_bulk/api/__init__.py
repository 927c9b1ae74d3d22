"""What ComproPago speaks: calls as data, and one HTTP exchange."""
