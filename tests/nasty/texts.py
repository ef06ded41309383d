"""Texts that break programs, each of one kind."""

MEGABYTE = 2**20

TEXTS = {
    "nothing": "",
    "white space": " \t\r\n\u2028\u2029\x0b\x0c\x85\u00a0\u3000",
    "null bytes": "They live\x00 in \x00Berlin.",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "zero width": "\u200bThey\u200c live\u200d in\u2060 Berlin\ufeff.",
    "nothing but zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "directions that are not ended": "\u202eThey \u202blive \u2066in \u2067Berlin.",
    "four bytes a letter": "\U0001d57f\U0001d58d in 𠮷野家 😀👩🏽\u200d⚕️🏴\U000e0067\U000e007f.",
    "composed": "Beyoncé lives in Düsseldorf.",
    "decomposed": "Beyonce\u0301 lives in Du\u0308sseldorf.",
    "a thousand marks on a letter": "a" + "\u0301" * 1000 + " lives in Berlin.",
    "not assigned": "\U000e0fff\uffff\ufffe\ufdd0\U0010ffff",
    "replacement": "They live in \ufffd.",
    "one letter, a megabyte": "a" * MEGABYTE,
    "one word of emoji": "😀" * 20_000,
    "no space in many sentences": "They.live.in.Berlin!" * 1000,
    "nothing but ends of sentences": "." * 5000 + "!" * 5000 + "?" * 5000,
    "many lines": "a\n" * 10_000,
    "open quotes and brackets": '"' * 2000 + "(" * 2000 + "They live in Berlin.",
    "an address": "https://example.org/?q=" + "a%20" * 3000,
    "markup": "<script>alert(1)</script><!-- ]]> &amp; &#0; They live in Berlin.",
    "format of programs": "%s %n {0} {{7*7}} ${jndi:ldap://x/a} `id` $(id) ; DROP TABLE models;--",
    "tokens of models": "</s> <s> <unk> <pad> [CLS] [SEP] [MASK] ▁▁ <0x00>",
    "many languages": "Hello. 你好。こんにちは。안녕하세요. Привет. مرحبا. שלום. नमस्ते। สวัสดี",
    "numbers": "9" * 5000 + " -0.0 1e999 NaN Infinity 0x7fffffff ¼ ٣ Ⅷ",
}
