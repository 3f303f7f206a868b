"""Golden values for src/formats/tokenizer.ts: small tokenizers of every kind that the app reads, trained here, and what the Python
library `tokenizers` (0.23) makes of awkward strings and of random ids.

    python training/golden-tokenizers/make_tokenizers.py

writes <kind>.json beside this script: {"tokenizer": tokenizer.json, "texts": [[ids, ids with special tokens, decoded], …] for the
strings of strings.json, "ids": [[ids, decoded, decoded without special tokens], …]}.
"""
import json
import random
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
CORPUS = [
    "The quick brown fox jumps over the lazy dog, and the dog doesn't mind; it's asleep.",
    "In 1889 and 1024 there were 365 days, 12 months and 3.14159 reasons to count to 1,000,000.",
    "def f(x):\n    return x ** 2  # squares\n\nfor i in range(10):\n\tprint(f(i))\n",
    "Le garçon déjà vu mange une crème brûlée à Noël. Straße, Übermut, naïve, coöperate.",
    "Привет, мир! Как дела? 今日は良い天気ですね。 你好，世界。 안녕하세요 세계. שלום עולם مرحبا بالعالم नमस्ते दुनिया",
    "We're, they've, I'll, she'd, he's, I'm, don't, CAN'T, WE'LL.",
    "https://example.org/path?query=1&other=two#part user@example.com $9.99 100% (a+b)=c [x] {y} <z> 😀👍🏽👩‍👩‍👧‍👦🇩🇪",
] * 8
STRINGS = [
    "", " ", "  ", "   ", "\n", "\r\n", "\r", "\t", " \n", "\n ", "\n\n\n", " \r\n \r\n", "\t\t x", "a", " a", "  a", "a ", "a  ", "a   b", "Hello world",
    " Hello world", "  Hello   world  ", "Hello, world!", "hello\nworld", "hello\r\nworld", "hello \n world", "hello\n\n  world", "It's", "it's IT'S It'S", "don't DON'T", "we'll we've we're I'm I'd",
    "’s ‘quoted’ “double”", "'s", "''s", "''''", "\"", "\\", "\\n", "$", "$&", "$1 $$", "0", "1", "12", "123", "1234", "12345678901234567890", "1,234.56", "3.14159e-10", "-1", "１２３", "٣٤٥", "½ ² Ⅷ ①",
    "a1b2c3", "x²+y³", "100%", "e=mc²", "foo_bar fooBar FOO-BAR", "a.b.c", "...", "!!!", "?!?!", "---", "===", "a/b\\c", "(a)(b)", "[[[]]]", "{}", "<>", "<s>", "</s>", "<unk>", "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n",
    "before<|endoftext|>after", " <|endoftext|> ", "<|endoftext|", "<|im_start|><|im_start|>", "<0x41>", "<0x0A>", "▁", "▁▁a", "a▁b", " ▁ ", "Ġ", "ĠHello", "Ċ", "é", "e\u0301", "e\u0301\u0301\u0323", "ñ n\u0303", "Å \u212b A\u030a", "ﬁ ﬂ ﬀ", "ǆ", "İ ı ß ẞ", "Σς", "क्षि", "กำ ก\u0e4d\u0e32",
    "今日は", "你好，世界！", "日本語 テキスト", "ｶﾞ", "한국어 \u1112\u1161\u11ab", "각", "שָׁלוֹם", "مرحبا‏ بالعالم", "नमस्ते", "ไทยไม่มีช่องว่าง", "Привет, мир", "ΑΒΓ αβγ", "😀", "😀😀", " 😀 ", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "1️⃣", "☺️ ☺", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𐍈", "\U0010ffff", "\ufffd", "\ufeff", "\ufeffa", "a\ufeffb", "a \ufeff b",
    "\u0085", "a\u0085b", "\u00a0", "a\u00a0b", "a \u00a0 b", "\u2003x", "\u200b", "a\u200bb", "\u200d", "\u2028", "a\u2028b", "\u2029\u3000", "\u3000x", "\u180e", "\u0000", "a\u0000b", "\u0001\u0002\u001f\u007f", "\u001c\u001d", "\u0080\u009f", "\x0b\x0c", "a\x0bb \x0c c", "\u00ad", "\u061c", "\u202eabc\u202c", "\ue000", "\u0378",
    "½½", "٣٣", "1½٣", "a\ufeff\ufeffa", " \ufeff", "! \ufeff!", "a\u0085\u0085a", "\u0085\u0085", "!\u0085!", "\u00a0\u00a0a", "a1", "1a", "1!", "a  \u0085 1", "\n\ufeff", "11 \n 11",
    "constructor", "__proto__", "toString hasOwnProperty", "null undefined", "A" * 400, "ab" * 300, " " * 300, "\n" * 120, "1" * 200, "é" * 120, "😀" * 60, "word " * 250, "a\n" * 100, "x" + " " * 64 + "y", "The quick brown fox jumps over the lazy dog. " * 10,
    "def main():\n    if x:\n        return {'a': [1, 2, 3]}\n", "#include <stdio.h>\nint main(){return 0;}\r\n", "SELECT * FROM t WHERE a='b';", "a\tb\tc\n\t\td", "mixed 中文 and English и русский 123 😀!", "trailing space \n", " leading\n\n", "tabs\t \t mixed \t", "e\u0301" * 50, "zalgo z\u0351\u036b\u0343\u036a\u0302",
]
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def trained(pre, size=520, normalizer=None, special=("<|endoftext|>",), alphabet=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(special), initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet is None else alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def byte_level(pre, normalizer=None, ignore_merges=False, special=("<|endoftext|>",)):
    base = trained(pre, normalizer=normalizer, special=special)
    spec = json.loads(base.to_str())["model"]
    model = models.BPE(vocab=spec["vocab"], merges=[tuple(m) for m in spec["merges"]], ignore_merges=ignore_merges)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer, tokenizer.decoder, tokenizer.post_processor = pre, decoders.ByteLevel(), processors.ByteLevel(trim_offsets=False)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.add_special_tokens(list(special))
    return tokenizer


def joining(pre):
    """Merges that join whatever a split lets them: characters on which pre-tokenizers easily disagree, in pairs with each other."""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    byte_of = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    odd = [" ", "\n", "\ufeff", "\u0085", "\u00a0", "½", "٣", "1", "a", "!"]
    vocab, merges = {c: i for i, c in enumerate(sorted(alphabet))}, []
    for text in [*odd, *(x + y for x in odd for y in odd)]:
        chars = byte_of.pre_tokenize_str(text)[0][0]
        left = next(chars[:k] for k in range(len(chars) - (0 if len(text) == 1 else 1), 0, -1) if chars[:k] in vocab)
        for c in ([chars[len(left):]] if chars[len(left):] in vocab else chars[len(left):]):
            if left + c not in vocab:
                vocab[left + c] = len(vocab)
                merges.append((left, c))
            left += c
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre, decoders.ByteLevel()
    return tokenizer


def sentence_piece(metaspace):
    """Llama 2's arrangement: <unk> <s> </s>, 256 byte tokens, pieces with ▁ for spaces, unknown characters as bytes."""
    mark = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    base = json.loads(trained(mark, size=420, special=(), alphabet=[]).to_str())["model"]
    rare = set("今日は良い天気ですね。你好，世界안녕하세요계😀👍")  # left to the byte tokens
    pieces = [p for p in base["vocab"] if not rare & set(p)]
    vocab = {t: i for i, t in enumerate(["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256)), *pieces])}
    merges = [tuple(m) for m in base["merges"] if not rare & set("".join(m))]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if metaspace:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")])
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return tokenizer


def split(pattern):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def kinds():
    yield "gpt2", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))
    yield "gpt2-prefix", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True))
    yield "smollm", byte_level(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]))
    qwen = byte_level(split(QWEN), normalizer=normalizers.NFC(), special=("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    qwen.add_tokens([AddedToken("<tool>", special=False, normalized=False)])
    yield "qwen2", qwen
    llama3 = byte_level(split(LLAMA3), ignore_merges=True, special=("<|endoftext|>", "<|eot_id|>"))
    llama3.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), processors.TemplateProcessing(single="<|endoftext|> $A", pair="<|endoftext|> $A <|endoftext|> $B", special_tokens=[("<|endoftext|>", 0)])])
    yield "llama3", llama3
    yield "joining-gpt2", joining(pre_tokenizers.ByteLevel(add_prefix_space=False))
    yield "joining-prefix", joining(pre_tokenizers.ByteLevel(add_prefix_space=True))
    yield "joining-digits", joining(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]))
    yield "joining-numbers", joining(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]))
    yield "joining-qwen2", joining(split(QWEN))
    yield "llama2", sentence_piece(metaspace=False)
    yield "llama2-metaspace", sentence_piece(metaspace=True)


def main():
    (HERE / "strings.json").write_text(json.dumps(STRINGS, ensure_ascii=True, indent=0) + "\n")
    for name, tokenizer in kinds():
        rng = random.Random(7)
        size = tokenizer.get_vocab_size()
        ids = [[rng.randrange(size) for _ in range(rng.randrange(1, 12))] for _ in range(60)]
        # Sequences that are mostly single bytes make the unfinished and the invalid characters frequent.
        ids += [[rng.randrange(min(size, 262)) for _ in range(rng.randrange(1, 9))] for _ in range(60)]
        texts = []
        for s in STRINGS:
            plain = tokenizer.encode(s, add_special_tokens=False).ids
            texts.append([plain, tokenizer.encode(s).ids, tokenizer.decode(plain, skip_special_tokens=False)])
        golden = {"tokenizer": json.loads(tokenizer.to_str()), "texts": texts, "ids": [[i, tokenizer.decode(i, skip_special_tokens=False), tokenizer.decode(i, skip_special_tokens=True)] for i in ids]}
        (HERE / f"{name}.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")
        print(name, size, len(STRINGS), "strings")


if __name__ == "__main__":
    main()
