"""Who may call: API keys, what each may do, and how often."""
