"""A tokenizer of CLIP's kind learned from captions: byte-level BPE, `</w>` on the last piece of a word, vocab.json and merges.txt."""

import collections
import json
import random
import re
from pathlib import Path

import captions
import config

START, END = "<|startoftext|>", "<|endoftext|>"
# CLIP's pattern without its special tokens: clitics, letters, single digits, others.
PATTERN = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_+", re.IGNORECASE)


def byte_letters():
    """GPT-2's printable stand-ins for the 256 bytes, in its order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printable))
    return letters


def learn(counts, letters):
    """Merges the most frequent pair until every word is one piece. Ties go to the alphabetically first pair."""
    words = {}
    for word, count in counts.items():
        pieces = [letters[byte] for byte in word.encode()]
        words[tuple([*pieces[:-1], pieces[-1] + "</w>"])] = count
    merges = []
    while True:
        pairs = collections.Counter()
        for pieces, count in words.items():
            for pair in zip(pieces, pieces[1:]):
                pairs[pair] += count
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = {joined(pieces, best): count for pieces, count in words.items()}


def joined(pieces, pair):
    out = []
    for piece in pieces:
        if out and (out[-1], piece) == pair:
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def write(folder, words, samples=60000):
    """Learns from `samples` captions and writes the files that CLIPTokenizer reads."""
    chance = random.Random(0)
    counts = collections.Counter()
    for _ in range(samples):
        counts.update(PATTERN.findall(captions.caption(chance.choice(words), chance).lower()))
    letters = byte_letters()
    merges = learn(counts, letters)
    alphabet = list(letters.values())
    vocabulary = [*alphabet, *(letter + "</w>" for letter in alphabet), *("".join(pair) for pair in merges), START, END]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({piece: index for index, piece in enumerate(vocabulary)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = dict(bos_token=START, eos_token=END, unk_token=END, pad_token=END)
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    length = config.TOKENS
    settings = dict(add_prefix_space=False, do_lower_case=True, model_max_length=length, tokenizer_class="CLIPTokenizer", **special)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    return len(vocabulary)


class Encoder:
    """The ids of a caption, as CLIPTokenizer gives them with padding to the full length; words are remembered."""

    def __init__(self, folder):
        folder = Path(folder)
        self.ids = json.loads((folder / "vocab.json").read_text())
        lines = (folder / "merges.txt").read_text().splitlines()[1:]
        self.ranks = {tuple(line.split(" ")): rank for rank, line in enumerate(lines)}
        self.letters = byte_letters()
        self.known = {}

    def word(self, word):
        if word not in self.known:
            pieces = [self.letters[byte] for byte in word.encode()]
            pieces[-1] += "</w>"
            while True:
                pairs = [pair for pair in zip(pieces, pieces[1:]) if pair in self.ranks]
                if not pairs:
                    break
                pieces = joined(pieces, min(pairs, key=self.ranks.get))
            self.known[word] = [self.ids[piece] for piece in pieces]
        return self.known[word]

    def __call__(self, text, length=config.TOKENS):
        ids = [self.ids[START], *(id for word in PATTERN.findall(" ".join(text.lower().split())) for id in self.word(word))][: length - 1]
        return ids + [self.ids[END]] * (length - len(ids))
