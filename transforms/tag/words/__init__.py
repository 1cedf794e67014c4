"""A text as sentences and words, and the terms of the rules in it."""
