"""Marks in a workbook's own parts: a few bytes are spliced in, all others stay as their owner's program wrote them."""
