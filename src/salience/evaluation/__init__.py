"""How good a model's answers are, whoever gives them: a task in this process or a service."""
