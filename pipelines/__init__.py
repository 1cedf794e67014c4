"""Wiring: configuration, the graph, the ways to run it, and the commands."""
