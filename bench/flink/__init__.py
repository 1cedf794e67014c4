"""A real Flink beside the local runner: `./dev flink`."""
