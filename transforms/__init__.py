"""Everything that needs no world: records, identity, decisions, extraction and tagging."""
