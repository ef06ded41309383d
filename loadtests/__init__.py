"""Load on a running service: Locust users, and the bench that measures its limits."""
