"""Every metric of the service: its name, its meaning and its labels, in one place."""
