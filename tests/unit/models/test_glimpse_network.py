import torch
from torch.testing import assert_close

from salience.models.glimpse_network import MAP_SIZE, GlimpseNetwork, GlimpseSize

SMALL = GlimpseSize(image_size=16, glimpse_size=4, num_scales=2, num_glimpses=3, width=12)


def network() -> GlimpseNetwork:
    torch.manual_seed(0)
    return GlimpseNetwork(SMALL, num_classes=5).eval()


def pictures(number: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (number, 16, 16, 3), dtype=torch.uint8, generator=generator)


def test_probabilities_and_the_map_sum_to_one() -> None:
    probabilities, attention = network()(pictures(3))

    assert attention.shape == (3, MAP_SIZE, MAP_SIZE)
    assert_close(attention.sum(dim=(1, 2)), torch.ones(3))
    assert_close(probabilities.sum(dim=1), torch.ones(3))


def test_the_first_glimpse_is_of_the_middle_and_the_others_are_chosen() -> None:
    seen = network().look(pictures(2))

    assert seen.places[:, 0].abs().max() == 0
    assert seen.places[:, 1:].abs().min() > 0
    assert not seen.places[0].equal(seen.places[1])


def test_what_no_glimpse_reaches_changes_nothing() -> None:
    model = network()
    torch.nn.init.zeros_(model.next_place.weight)
    torch.nn.init.zeros_(model.next_place.bias)
    changed = pictures(1)
    changed[:, 0, 0] = 255 - changed[:, 0, 0]  # the coarser square ends 4 pixels from the middle

    assert model(changed).probabilities.equal(model(pictures(1)).probabilities)


def test_the_map_is_where_the_glimpses_lay() -> None:
    model = network()
    torch.nn.init.zeros_(model.next_place.weight)
    torch.nn.init.constant_(model.next_place.bias, 9.0)

    [lay] = model(pictures(1)).attention

    assert lay[-1, -1] > 0
    assert lay[0, -1] == 0


def test_places_are_drawn_while_training_and_choices_have_a_gradient() -> None:
    model = network().train()
    first, second = model.look(pictures(1)), model.look(pictures(1))
    assert not first.places.equal(second.places)

    first.log_probability[:, 1:].sum().backward()

    assert model.next_place.weight.grad is not None
    assert model.next_place.weight.grad.abs().max() > 0
