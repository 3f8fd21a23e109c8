"""Shell completion: what fits at the end of a line, and the scripts that ask for it."""
