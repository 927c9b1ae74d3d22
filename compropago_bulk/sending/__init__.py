"""How rows go out: once, in step, remembered."""
