"""What each task does with a model: item in, answer out."""
