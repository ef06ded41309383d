"""`make soak`: the service under mixed load and rude clients, for long, ending in a verdict."""
