"""The outside world: feeds and pages over HTTP, Kafka, the embedded broker, the local runner, the demo site."""
