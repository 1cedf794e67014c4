"""Chaos: the whole pipeline under real kills, and what the topics say afterwards.

    python -m bench.chaos --rounds 100 --articles 3000 [--edits 0.2] [--seed N] --folder FOLDER

A demo site publishes all the while; each round waits a random time and does one thing to one part: SIGKILL of the whole
pipeline, of its worker process alone, or of the broker, or SIGSTOP of the broker for a while. What died is started
again. After the last round everything gets time to finish, and the verdict is read from the topics alone. A seed makes
the same plan again; a folder that holds rounds already is gone on with, its site's clock standing still meanwhile.
"""
