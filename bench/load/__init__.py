"""Many feeds: the poller alone and in the pipeline, against a site of our own in a process of its own."""
