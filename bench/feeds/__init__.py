"""How well feeds are read: feedparser's own cases, odd and real feeds of others. Part of `./dev evaluate`."""
