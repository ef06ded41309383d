"""The served rate of each model as a share of what its engine does in process."""
