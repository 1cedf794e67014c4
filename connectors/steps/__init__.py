"""The steps that touch the world, one file each; `pipelines.graph` puts them together."""
