"""What the toolkit costs, side by side with what an analyst would otherwise write: `python -m benchmarks`."""
