import pytest
import torch

from salience.models.adversarial import AdversarialSize, Discriminator, Generator

SMALL = AdversarialSize(noise_width=8, widths=(16, 8, 8))


def test_a_picture_depends_on_its_own_noise_alone_when_it_is_served() -> None:
    torch.manual_seed(0)
    generator = Generator(SMALL).eval()
    noise = torch.randn(3, 8)

    together = generator(noise).pixels
    alone = torch.cat([generator(row[None]).pixels for row in noise])

    assert together.shape == (3, 16, 16, 3)
    assert (together.int() - alone.int()).abs().max() <= 1
    assert (together[0].int() - together[1].int()).abs().max() > 1


@torch.no_grad()
def test_every_place_looks_at_all_with_weights_that_sum_to_one_and_what_it_sees_is_painted() -> (
    None
):
    torch.manual_seed(0)
    generator = Generator(SMALL).eval()
    assert generator.attention is not None
    noise = torch.randn(2, 8)
    untrained = generator.pictures(noise)

    generator.attention.share.fill_(1.0)

    looked = generator.explained(noise).attention
    assert looked.shape == (2, 64, 64)
    assert torch.allclose(looked.sum(2), torch.ones(2, 64), atol=1e-5)
    assert not torch.allclose(untrained, generator.pictures(noise))


@pytest.mark.parametrize("attention", [True, False])
def test_the_same_networks_are_made_without_attention(attention: bool) -> None:
    size = AdversarialSize(noise_width=8, widths=(16, 8, 8), attention=attention)
    made = Generator(size)(torch.randn(2, 8)).pixels
    judged = Discriminator(size)(torch.randn(2, 3, 16, 16))

    assert judged.shape == (2,)
    assert made.shape == (2, 16, 16, 3)


def test_attention_is_neither_computed_twice_nor_told_unless_asked() -> None:
    torch.manual_seed(0)
    generator = Generator(SMALL).eval()
    assert generator.attention is not None
    computed: list[torch.Tensor] = []
    generator.attention.query.register_forward_hook(lambda *seen: computed.append(seen[2]))
    noise = torch.randn(2, 8)

    plain = generator(noise)

    assert len(computed) == 1
    assert not plain.attention.numel()
    assert torch.equal(plain.pixels, generator.explained(noise).pixels)
