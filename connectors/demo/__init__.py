"""A small news site of our own: real HTTP, invented stories, and what each of them must come to.

```
stories/*.toml --material--> Edition --items--> Items: links, dates, edits --programme--> what is shown when
                                     --pages, syndication--> HTML, RSS, Atom --site--> HTTP on loopback
```
"""

from connectors.demo.expectations import differences
from connectors.demo.generate import generate
from connectors.demo.items import Final, Item
from connectors.demo.material import Edition, Expected, Publisher, Story, shipped
from connectors.demo.programme import Programme
from connectors.demo.resume import Resumed, resume
from connectors.demo.site import DemoSite

__all__ = [
    "DemoSite",
    "Edition",
    "Expected",
    "Final",
    "Item",
    "Programme",
    "Publisher",
    "Resumed",
    "Story",
    "differences",
    "generate",
    "resume",
    "shipped",
]
