import psutil

from loadtests.memory import Memory, memory_by_role


def test_the_memory_of_processes_is_summed_by_their_part_of_the_service() -> None:
    ourselves = psutil.Process()

    [(role, used)] = memory_by_role([ourselves, ourselves]).items()

    assert (role, used.num_processes) == ("supervisor", 2)
    assert 0 < used.proportional <= used.resident


def test_memories_add_up() -> None:
    assert Memory(1, 20, 10) + Memory(2, 5, 4) == Memory(3, 25, 14)
