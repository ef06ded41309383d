"""TLS on both ports, from files that may change while the gateway runs."""
