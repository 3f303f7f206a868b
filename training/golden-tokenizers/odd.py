"""A thousand odd strings by formula, the same here and in src/formats/oddStrings.ts, and digests of what a tokenizer makes of them.

odd-parts.json holds the parts; string i joins 1 to 14 of them, drawn by a linear congruential generator (Numerical Recipes' constants)
started at i; every ninth part is a random code point of one of the ranges instead.
"""
import base64
import json
import struct
from pathlib import Path

HERE = Path(__file__).parent
ODD = json.loads((HERE / "odd-parts.json").read_text())
COUNT = 1000


def odd_strings():
    parts, ranges = ODD["parts"], ODD["ranges"]
    strings = []
    for i in range(COUNT):
        state = (i * 2654435761 + 12345) % 2**32

        def pick(n):
            nonlocal state
            state = (state * 1664525 + 1013904223) % 2**32
            return (state >> 16) % n

        text = ""
        for _ in range(1 + pick(14)):
            if pick(9) == 0:
                lo, hi = ranges[pick(len(ranges))]
                text += chr(lo + pick(hi - lo + 1))
            else:
                text += parts[pick(len(parts))]
        strings.append(text)
    return strings


def fnv(values):
    h = 2166136261
    for v in values:
        h = ((h ^ v) * 16777619) % 2**32
    return h


def packed(numbers):
    """The low 24 bits of each."""
    return base64.b64encode(b"".join(struct.pack("<I", n)[:3] for n in numbers)).decode()


def digest_ids(all_ids):
    return packed([fnv(ids) for ids in all_ids])


def digest_texts(texts):
    def units(text):
        data = text.encode("utf-16-le")
        return struct.unpack(f"<{len(data) // 2}H", data)
    return packed([fnv(units(t)) for t in texts])
