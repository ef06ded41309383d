"""`make capacity`: the highest arrival rate at which a task still meets its objective."""
