"""A small news site of our own: real HTTP, invented stories, and what each of them must come to.

```
stories/*.toml --material--> Edition --programme--> Items with links and dates --pages, syndication--> HTML, RSS, Atom
                                                                                        --site--> HTTP on loopback
```
"""

from connectors.demo.expectations import differences
from connectors.demo.generate import generate
from connectors.demo.material import Edition, Expected, Publisher, Story, shipped
from connectors.demo.programme import Item, Programme
from connectors.demo.resume import Resumed, resume
from connectors.demo.site import DemoSite

__all__ = [
    "DemoSite",
    "Edition",
    "Expected",
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
