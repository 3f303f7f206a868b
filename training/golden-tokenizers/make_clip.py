"""Golden values for src/formats/clip/: a small vocabulary of CLIP's kind, trained here, and what transformers' CLIPTokenizer makes of
the strings of strings.json and of prompts.

    python training/golden-tokenizers/make_clip.py [bpe_simple_vocab_16e6.txt.gz]

writes clip.json beside this script: vocab.json and merges.txt as texts, tokenizer.json as transformers saves it, and the padded ids
with each of two pad tokens. With the full list of merges (in the Python package open_clip_torch, 1.4 MB, MIT, not kept here) it also
writes clipFull.json: ids of the same texts, which a test compares when CLIP_MERGES names that file unpacked.
"""
import gzip
import json
import sys
import tempfile
from pathlib import Path

import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, Regex, trainers
from transformers import CLIPTokenizer

HERE = Path(__file__).parent
PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
WORDS = ["a photo of an astronaut riding a horse on mars", "big smile, red curly hair, light blue background, style micah",
         "the portrait of a woman with long hair and a hat", "oil painting of the sea at night", "naïve café", "don't 2024!",
         "highly detailed, 4k, trending", "it's a dog's life", "Привет, мир", "日本語 テキスト", "🙂 ok"] * 6
PROMPTS = ["a photo of an astronaut riding a horse on mars", "don't 2024!", "naïve café", "🙂 ok", "Ein HUND!! im Wald", "ΟΔΟΣ Σ",
           "<|startoftext|>a<|endoftext|>b", "<|ENDOFTEXT|>", "wow! !! a!b", "a,b;c--d", "(masterpiece:1.2), [best quality]",
           "they're we've I'm he'll she'd it's 'sup", "word " * 100, "한국어 \u1112\u1161\u11ab\u1100", "각\u11a8", "e\u0301\u0323 x"]
SMALL = 20


def alphabet():
    order = pre_tokenizers.ByteLevel.alphabet()
    by_byte = [c for c in sorted(order)]
    return by_byte + [c + "</w>" for c in by_byte]


def train():
    t = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<|endoftext|>"))
    t.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    trainer = trainers.BpeTrainer(vocab_size=512 + 150, end_of_word_suffix="</w>", initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    t.train_from_iterator(WORDS, trainer)
    merges = [tuple(m) if not isinstance(m, str) else tuple(m.split(" ")) for m in json.loads(t.to_str())["model"]["merges"]]
    return merges[:110]


def ids_of(vocab, merges, length, pad, texts, folder=None):
    tokenizer = CLIPTokenizer(vocab=vocab, merges=merges, pad_token=pad, model_max_length=length)
    if folder:
        tokenizer.save_pretrained(folder)
    rows = []
    for text in texts:
        ids = tokenizer(text, padding="max_length", truncation=True, max_length=length)["input_ids"]
        rows.append(ids)
    return rows


def compact(rows, pad):
    """Without the padding at the end, which the length restores."""
    out = []
    for ids in rows:
        n = len(ids)
        while n > 2 and ids[n - 1] == pad and ids[n - 2] == pad:
            n -= 1
        out.append(ids[:n])
    return out


def vocabulary(merges):
    tokens = alphabet() + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    return {token: i for i, token in enumerate(tokens)}


texts = json.loads((HERE / "strings.json").read_text()) + PROMPTS
texts = [text for text in texts if len(text) <= 600]
merges = train()
vocab = vocabulary(merges)
end, bang = vocab["<|endoftext|>"], vocab["!"]
with tempfile.TemporaryDirectory() as folder:
    first = ids_of(vocab, merges, SMALL, "<|endoftext|>", texts, folder)
    whole = json.loads((Path(folder) / "tokenizer.json").read_text())
second = ids_of(vocab, merges, SMALL, "!", texts)
out = {
    "made_with": f"transformers {transformers.__version__}: CLIPTokenizer(vocab, merges, pad_token, model_max_length={SMALL})",
    "length": SMALL,
    "vocab": vocab,
    "merges": "#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in merges),
    "pads": {"<|endoftext|>": compact(first, end), "!": compact(second, bang)},
    "texts": texts,
    "tokenizer": whole,
}
(HERE / "clip.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(len(texts), "texts,", len(vocab), "tokens,", (HERE / "clip.json").stat().st_size, "bytes")

if len(sys.argv) > 1:
    lines = gzip.open(sys.argv[1]).read().decode().split("\n")
    full = [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]
    # OpenAI's order of bytes: printable ones first, as charOfByte's alphabet has them.
    bytes_first = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    rest = [b for b in range(256) if b not in bytes_first]
    chars = [chr(b) for b in bytes_first] + [chr(256 + i) for i in range(len(rest))]
    tokens = chars + [c + "</w>" for c in chars] + ["".join(m) for m in full] + ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: i for i, token in enumerate(tokens)}
    rows = {"<|endoftext|>": compact(ids_of(ids, full, 77, "<|endoftext|>", texts), 49407), "!": compact(ids_of(ids, full, 77, "!", texts), 0)}
    (HERE / "clipFull.json").write_text(json.dumps({"length": 77, "pads": rows}, separators=(",", ":")) + "\n")
    print(len(ids), "tokens of the full list;", rows["<|endoftext|>"][texts.index(PROMPTS[0])])
