"""Reading what strangers wrote, in processes that may hang, crash or run out of memory without harm to others."""
