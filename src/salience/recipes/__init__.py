"""One file per trained model: its data, its settings, and what it must reach."""
