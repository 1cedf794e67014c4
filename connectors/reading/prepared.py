"""All that a reader needs, ready once this module is imported: by the process that readers are forked from.

Parsers and the model of languages take a second of processor time. What is here by then is frozen: no collection of
garbage in a reader goes through it, and readers go on sharing its memory.
"""

import gc
import os

# Linear algebra's threads would take address space for each processor; there is one page at a time in a reader.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import connectors.feeds.parse  # noqa: F401
import transforms.extract  # noqa: F401
from transforms.extract import language

language.prepare()
gc.collect()
gc.freeze()
