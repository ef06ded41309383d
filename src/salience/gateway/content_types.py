"""What bodies of HTTP requests may be."""

JSON = "application/json"
FORM = "multipart/form-data"
