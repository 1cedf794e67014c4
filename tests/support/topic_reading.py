"""Reads topics to their end."""

from kafka import KafkaConsumer, TopicPartition


def read_all(settings, name):
    """Every record of one of our topics, in the order of each partition."""
    topic = settings.topic(name)
    consumer = KafkaConsumer(**settings.client(), group_id=None, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        records = []
        while any(consumer.position(one) < ends[one] for one in partitions):
            for batch in consumer.poll(timeout_ms=200).values():
                records += batch
        return records
    finally:
        consumer.close()
