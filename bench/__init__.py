"""Benches and evaluation: figures about the product, each beside what it is to be compared with."""
