"""A web that misbehaves: what it answers, and what must come of each of its pages and feeds."""
