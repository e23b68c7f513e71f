"""Measures what matters to a client: requests per second and their latency. `make bench` prints one table."""
