"""What the models share that translate descriptions of pictures, to compare their attention.

Multi30k states no licence: its models are for research, and are named so.
"""

from collections.abc import Callable

from salience.models.translation_network import TranslationNetwork
from salience.recipes.translation import TranslationRecipe

TEST_SETS = ("multi30k_test_2016_flickr", "multi30k_test_2017_flickr")


def multi30k_recipe(
    name: str, network: Callable[[int], TranslationNetwork], *, kind: str, engine: str
) -> TranslationRecipe:
    """English to German on Multi30k alone, with a network of that `kind` in `model.json`."""
    return TranslationRecipe(
        source="en",
        target="de",
        files="en-de",
        shares={"multi30k": 1.0},
        tokens_per_batch=2_048,
        share_joined=0.0,
        vocabulary=5_000,
        network=network,
        described={
            "name": name,
            "network": kind,
            "default_engine": engine,
            "demonstration": True,
            "length_penalty": 1.0,
            "limits": {"max_items": 64, "max_characters": 10_000},
        },
    )
