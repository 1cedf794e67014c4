"""Kafka: the topic table, the CloudEvents envelope, the sink, and the memories read back from topics."""
