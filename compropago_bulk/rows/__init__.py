"""From a cell to a checked row, and from an outcome back to a column."""
