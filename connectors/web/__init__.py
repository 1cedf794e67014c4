"""HTTP towards the public internet, and nothing but it."""
