"""What came of it, for an assembly: audits, statements, letters."""
