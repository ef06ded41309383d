"""Networks assembled from `salience.attention`."""
