"""How the polling schedule does on real arrivals, under a simulated clock: ``python -m bench.polling``."""
