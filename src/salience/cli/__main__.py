"""`python -m salience.cli` is `salience`."""

from salience.cli.application import main

main()
