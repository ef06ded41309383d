"""What travels with a call so that its spans make one trace; it imports no OpenTelemetry."""
