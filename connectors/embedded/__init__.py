"""What beatwire brings along so that it runs on one machine: Kafka, the Java it needs, and the local runner."""
