"""What a worker tells the gateway of the batch that a row was in, for the row's trace."""

from typing import NamedTuple, Self

BATCH_TIMES_HEADER = "x-salience-batch-times"


class BatchTimes(NamedTuple):
    """The rows TorchServe handed over together, and when what was done with them.

    Unix time in nanoseconds; gateway and worker share a clock, as they do for deadlines.
    """

    num_rows: int
    num_items: int
    pid: int
    """The worker's process."""
    read_ns: int
    predict_ns: int
    reply_ns: int
    end_ns: int

    def header(self) -> str:
        """As the value of a header."""
        return " ".join(map(str, self))

    @classmethod
    def of_header(cls, value: str) -> Self | None:
        """The times of a header's value; none when it has none."""
        numbers = value.split()
        if len(numbers) != len(cls._fields) or not all(map(str.isdecimal, numbers)):
            return None
        return cls(*map(int, numbers))
