import pytest

from salience.errors import Overloaded
from salience.gateway.held_bytes import FREE_BYTES, HeldBytes, Hold

LIMIT = 1_000_000


def counted(num_bytes: int) -> int:
    """The size of a request of which so many bytes count."""
    return FREE_BYTES + num_bytes


def largest(hold: Hold) -> int:
    """How many bytes it can have counted, within a thousand."""
    for num_bytes in range(0, 2 * LIMIT, 1000):
        try:
            hold.expect(counted(num_bytes))
        except Overloaded:
            return num_bytes - 1000
    return 2 * LIMIT


def test_a_call_alone_may_be_of_any_size() -> None:
    with HeldBytes(LIMIT).holding("") as only:
        only.grow_to(counted(5 * LIMIT))
        only.grow_to(counted(6 * LIMIT))


def test_a_call_beside_others_has_three_quarters_of_what_they_leave() -> None:
    room = HeldBytes(LIMIT)
    with room.holding("") as first, room.holding("") as second, room.holding("") as third:
        first.grow_to(counted(600_000))
        second.grow_to(counted(300_000))

        assert largest(third) == 75_000
        with pytest.raises(Overloaded) as raised:
            third.grow_to(counted(80_000))
        assert raised.value.retry_seconds == 1.0


def test_the_calls_of_one_key_have_together_three_quarters_of_what_others_leave() -> None:
    room = HeldBytes(LIMIT)
    with room.holding("a") as first, room.holding("a") as second, room.holding("b") as other:
        first.grow_to(counted(600_000))

        assert largest(second) == 150_000
        assert largest(other) == 300_000


def test_small_requests_find_room_when_all_is_held() -> None:
    room = HeldBytes(LIMIT)
    with room.holding("") as large, room.holding("") as small:
        large.grow_to(counted(2 * LIMIT))

        small.grow_to(FREE_BYTES)
        with pytest.raises(Overloaded):
            small.grow_to(FREE_BYTES + 1)


def test_what_is_held_is_let_go_after_the_block() -> None:
    room = HeldBytes(LIMIT)
    with room.holding("a") as first:
        first.grow_to(counted(LIMIT))

    with room.holding("a") as second, room.holding("b") as other:
        second.grow_to(counted(1))
        assert largest(other) == 749_000
