"""Offsets are exact whatever the text is made of, in code points and in UTF-8 bytes."""

import pytest

from tests.live.transports.transport import Transport, entities, translate

# The name to find, in a text that makes offsets hard.
TEXTS = {
    "emoji": ("Angela Merkel", "😀😀 Angela Merkel lives in Berlin 😀."),
    "joined emoji": (
        "London",
        "👩\u200d🚀👨\u200d👩\u200d👧 She flew to London 👩🏽\u200d⚕️ yesterday.",
    ),
    "flags and keycaps": ("Paris", "🇫🇷🇩🇪 1️⃣ They met in Paris 🇫🇷."),
    "combining marks": ("Beyonce\u0301", "Singer Beyonce\u0301 gave a concert in London."),
    "stacked marks": ("London", "Z\u0351\u036b\u0343a\u0310lgo was seen in London."),
    "right to left": ("Barack Obama", "שלום עולם, said Barack Obama. مرحبا بالعالم"),
    "direction marks": ("Berlin", "\u202bThey live in\u202c \u200eBerlin\u200e today."),
    "ideographs": ("Microsoft", "北京 and 東京: Microsoft opened an office there."),
    "beyond the basic plane": ("London", "𠮷野家 \U0001d518\U0001d52b people moved to London."),
    "white space of all kinds": ("Paris", "\u3000They\u00a0met\u2003in\u2028Paris\u00a0\r\n."),
    "zero width": ("Berlin", "\ufeffThey live\u200b in \u2060Berlin."),
    "control characters": ("Berlin", "\x00\x01They live in Berlin\x7f."),
}


@pytest.mark.parametrize("name", TEXTS)
def test_offsets_are_exact_and_the_name_is_found(transport: Transport, name: str) -> None:
    expected, text = TEXTS[name]
    in_bytes = text.encode()

    found = entities(transport, text).results[0].entities.entities

    for entity in found:
        assert text[entity.start : entity.end] == entity.text
        assert in_bytes[entity.start_byte : entity.end_byte].decode() == entity.text
    assert expected in [entity.text for entity in found]


def test_a_text_of_nothing_but_symbols_is_answered(transport: Transport) -> None:
    texts = ["👩\u200d🚀", "\u0301", "\u200b", "…", "🇩🇪", "\x00"]

    assert [len(result.entities.entities) for result in entities(transport, *texts).results] == [
        0 for _ in texts
    ]
    translated = [result.translation.text for result in translate(transport, *texts).results]
    assert translated == texts


def test_emoji_and_line_breaks_of_a_text_outlive_its_translation(transport: Transport) -> None:
    text = "\u3000Good morning.\r\n\r\n👩\u200d🚀\u00a0\nThe water is cold.\t"

    written = translate(transport, text).results[0].translation.text

    assert written.startswith("\u3000")
    assert ".\r\n\r\n👩\u200d🚀\u00a0\n" in written
    assert written.endswith(".\t")
