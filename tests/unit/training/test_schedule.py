from salience.training.schedule import WarmupStableDecay


def test_it_rises_holds_and_falls_to_zero() -> None:
    schedule = WarmupStableDecay(total=100, warmup=10, decay=20)

    assert schedule.factor(0) == 0.1
    assert [schedule.factor(step) for step in (9, 50, 80)] == [1.0, 1.0, 1.0]
    assert schedule.factor(90) == 0.5
    assert schedule.factor(100) == 0.0
