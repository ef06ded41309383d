"""The figures of the documentation: one file each, named as what it writes.

`figures/<folder>/<name>.py` has a function `draw`, and writes `docs/<folder>/figures/<name>.svg`.
"""
