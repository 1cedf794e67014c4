"""Feeds: one poll, and what its answer says."""
