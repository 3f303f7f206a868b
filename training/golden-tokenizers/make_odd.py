"""Golden values for the tokenizers that are no byte-pair encodings, and for normalizers and splits: what the Python library `tokenizers` (0.23)
makes of the thousand strings of odd.py.

    python training/golden-tokenizers/make_odd.py

writes odd-models.json: {name: {"tokenizer": tokenizer.json, "ids": digests of ids, "around": [ids of "" with special tokens],
"decoded": digests of the ids' text, "plain": digests of that without special tokens}}, and odd-splits.json: one byte-level vocabulary whose
merges join whatever a split lets them, and the splits and normalizers before it: {"vocab", "merges", "cases": {name: {"normalizer", "pre_tokenizer", "ggml", "ids"}}};
and odd-pieces.json: small SentencePiece models as GGUF keeps them, with digests of the ids of the library `sentencepiece` (0.2.3) itself.
"""
import base64
import json
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from make_tokenizers import CORPUS
from odd import ODD, digest_ids, digest_texts, odd_strings

HERE = Path(__file__).parent
WORK = tempfile.TemporaryDirectory()
STRINGS = odd_strings()
# What the vocabularies are trained on: the corpus and a third of the parts; the rest stays unknown.
TEXTS = CORPUS + [" ".join(ODD["parts"][::3])] * 4


def charsmap():
    """A table of SentencePiece's form with a part of nmt_nfkc's rules, and rules of which one is the beginning of another."""
    rules = {}
    singles = [*range(0xA0, 0x180), *range(0x1F00, 0x1F80), 0x212B, 0x2160, 0x2167, 0x2460, 0x2026, 0x33FF, 0x337F, 0xFB01, 0xFB02, 0xFF11, 0xFF12, 0xFF13, 0xFF21, 0xFF22, 0xFF23, 0x1D518, 0xFDFA, 0xFF76]
    for c in singles:
        to = unicodedata.normalize("NFKC", chr(c))
        if to != chr(c):
            rules[chr(c)] = to
    for text in ["e\u0301", "E\u0301", "A\u030a", "n\u0303", "u\u0308", "\u0438\u0306", "\uff76\uff9e", "\u304b\u3099", "\u1112\u1161\u11ab", "\u1112\u1161"]:
        rules[text] = unicodedata.normalize("NFKC", text)
    for c in [1, 0x7F, 0x9F, 0xAD, 0x200E]:
        rules[chr(c)] = ""
    for c in [9, 10, 13, 0xA0, 0x2003, 0x3000, 0x2028, 0x200B, 0xFEFF, 0xFFFD]:
        rules[chr(c)] = " "
    rules["\u00bd\u00bd"] = "one"
    rules["ta"] = "TA"  # the first rule that fits a cluster of two letters never does in the Python library, and does in SentencePiece
    rules["\U0001F1E9"] = "D"  # half a flag: one cluster of 8 bytes, its characters are looked up one by one
    path = Path(WORK.name) / "rules.tsv"
    path.write_text("".join(f"{' '.join(f'{ord(c):X}' for c in a)}\t{' '.join(f'{ord(c):X}' for c in b)}\n" for a, b in rules.items()))
    return path


def sentence_piece(texts, **options):
    corpus, prefix = Path(WORK.name) / "corpus.txt", str(Path(WORK.name) / "model")
    corpus.write_text("\n".join(t.replace("\n", " ").replace("\r", " ").replace("\0", " ") for t in texts))
    sentencepiece.SentencePieceTrainer.train(input=str(corpus), model_prefix=prefix, hard_vocab_limit=False, minloglevel=2, num_threads=1, **options)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(Path(prefix + ".model").read_bytes())
    return proto, sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")


def unigram(normalizer, pre, vocab_size, special, unk="<unk>", byte_fallback=False):
    base = Tokenizer(models.Unigram())
    base.normalizer, base.pre_tokenizer = normalizer, pre
    base.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=vocab_size, special_tokens=special, unk_token=unk, show_progress=False))
    vocab = [tuple(p) for p in json.loads(base.to_str())["model"]["vocab"]]
    vocab = [(p, round(s, 4)) for p, s in vocab]
    if byte_fallback:
        vocab += [(f"<0x{b:02X}>", 0.0) for b in range(256)]
    tokenizer = Tokenizer(models.Unigram(vocab, unk_id=[p for p, _ in vocab].index(unk), byte_fallback=byte_fallback))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return tokenizer


def word_piece(uncased, **options):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**uncased)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=420, special_tokens=special, show_progress=False))
    vocab = json.loads(tokenizer.to_str())["model"]["vocab"]
    tokenizer.model = models.WordPiece(vocab, unk_token="[UNK]", **options)
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    return tokenizer


def kinds():
    proto, _ = sentence_piece(CORPUS, vocab_size=300, model_type="unigram", normalization_rule_tsv=str(charsmap()))
    table = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    mark = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)

    t5 = unigram(table, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), mark]), 320, ["<pad>", "</s>", "<unk>"])
    t5.decoder = decoders.Metaspace(prepend_scheme="always")
    t5.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    yield "t5", t5

    albert = unigram(normalizers.Sequence([normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), table, normalizers.Replace(Regex(" {2,}"), " ")]), mark, 320, ["<pad>", "<unk>", "[CLS]", "[SEP]"])
    albert.add_special_tokens([AddedToken("[MASK]", lstrip=True, special=True, normalized=False)])
    # (Found in normalized text. The library decodes such a token as its text is normalized; ours is the text itself, so they must be the same.)
    albert.add_tokens([AddedToken("fox", normalized=True, rstrip=True, special=False), AddedToken("a", normalized=True, single_word=True, special=False)])
    albert.decoder = decoders.Metaspace(prepend_scheme="always")
    albert.post_processor = processors.TemplateProcessing(single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    yield "albert", albert

    nmt = unigram(normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Strip(), normalizers.Prepend("▁")]), pre_tokenizers.Metaspace(prepend_scheme="first", split=False), 320, ["<unk>", "<s>", "</s>"], byte_fallback=True)
    nmt.add_tokens([AddedToken("<tag>", single_word=True, normalized=False, special=False)])
    nmt.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    yield "nmt-bytes", nmt

    yield "bert-uncased", word_piece(dict(lowercase=True))
    cased = word_piece(dict(lowercase=False, strip_accents=True, handle_chinese_chars=False, clean_text=False), max_input_chars_per_word=12)
    cased.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    cased.add_tokens([AddedToken("union", single_word=True, normalized=True)])
    yield "bert-cased", cased
    accents = word_piece(dict(lowercase=True, strip_accents=False))
    accents.normalizer = normalizers.Sequence([accents.normalizer, normalizers.NFD(), normalizers.Lowercase()])
    yield "bert-accents", accents

    words = Tokenizer(models.WordLevel(unk_token="<unk>"))
    words.normalizer, words.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    words.train_from_iterator(TEXTS, trainers.WordLevelTrainer(vocab_size=200, special_tokens=["<unk>"], show_progress=False))
    words.post_processor = processors.RobertaProcessing(("the", words.token_to_id("the")), ("fox", words.token_to_id("fox")))
    words.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    yield "words", words

    base = Tokenizer(models.BPE())
    base.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    base.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=330, show_progress=False))
    spec = json.loads(base.to_str())["model"]
    special = ["<pad>", "</s>", "<s>", "<unk>"]
    vocab = {t: i for i, t in enumerate([*special, *(f"<0x{b:02X}>" for b in range(256)), *spec["vocab"]])}
    gemma = Tokenizer(models.BPE(vocab=vocab, merges=[tuple(m) for m in spec["merges"]], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    gemma.normalizer = normalizers.Replace(" ", "▁")
    gemma.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    gemma.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    gemma.add_tokens([AddedToken("\n\n", normalized=False, special=False), AddedToken("▁▁", normalized=False, special=False)])
    gemma.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    gemma.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 2)])
    yield "gemma", gemma

    fused = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(["<unk>", *"abcdefghij"])}, merges=[], unk_token="<unk>", fuse_unk=True))
    fused.pre_tokenizer = pre_tokenizers.Whitespace()
    fused.decoder = decoders.Metaspace()
    yield "fused-unknown", fused


def joining():
    """Byte-level pieces for what the parts hold, so that a split anywhere in them changes the ids."""
    byte_of = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    odd = [" ", "\n", "\r", "\t", "\u00a0", "\u0085", "\ufeff", "\u0301", "1", "٣", "½", "a", "T", "é", "今", "は", "한", "!", "'", "_", "$", "。", "🇩", "\u200d"]
    vocab, merges = {c: i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []
    for text in [*odd, *(x + y for x in odd for y in odd if len((x + y).encode()) < 5), "  ", "The", "don't", "123", "1234", "...", "\n\n"]:
        chars = byte_of.pre_tokenize_str(text)[0][0]
        left = chars[0]
        for c in chars[1:]:
            if left + c not in vocab:
                vocab[left + c] = len(vocab)
                merges.append((left, c))
            left += c
    return vocab, merges


QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"


def cased_words(suffix, digits, slash="/"):
    """The words of o200k and of Tekken: capitals before small letters."""
    return rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{suffix}|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{suffix}|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n{slash}]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def splits():
    """(name, normalizer, pre-tokenizer, llama.cpp's names of it) of the published tokenizers, and every behaviour of every split."""
    P = pre_tokenizers
    by = lambda pattern, behavior="isolated", invert=False: P.Split(Regex(pattern), behavior, invert)
    for behavior in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]:
        yield f"split {behavior}", None, [by(r"[\s1]", behavior)], []
        yield f"split {behavior} inverted", None, [by(r"\p{L}+|\p{N}", behavior, True)], []
        yield f"punctuation {behavior}", None, [P.Punctuation(behavior)], []
    yield "whitespace", None, [P.Whitespace()], []
    yield "whitespace split", None, [P.WhitespaceSplit()], []
    yield "delimiter", None, [P.CharDelimiterSplit("a")], []
    yield "bert", None, [P.BertPreTokenizer()], []
    yield "metaspace first", None, [P.WhitespaceSplit(), P.Metaspace("_", prepend_scheme="first")], []
    yield "byte-level normalizer", normalizers.ByteLevel(), [by(r"Ġ", "merged_with_next")], []
    for n in ["NFD", "NFKD", "StripAccents", "Lowercase", "Nmt"]:
        yield n, getattr(normalizers, n)(), [], []
    gpt2 = P.ByteLevel(add_prefix_space=False, use_regex=True)
    digits = P.Digits(individual_digits=True)
    yield "gpt-2", None, [gpt2], ["gpt-2", "olmo", "mpt", "phi-2", "jais", "trillion", "granite-docling", "exaone4", "a.x-4.0", "mellum", "gigachat", "modern-bert"]
    yield "starcoder", None, [digits, gpt2], ["starcoder", "refact", "smollm", "command-r", "codeshell", "exaone", "minerva-7b"]
    llama3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
    yield "llama3", None, [by(llama3)], ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "smaug-bpe", "dbrx", "glm4", "chatglm-bpe"]
    yield "qwen2", normalizers.NFC(), [by(QWEN)], ["qwen2", "deepseek-r1-qwen", "kormo", "megrez"]
    yield "stablelm2", None, [by(QWEN)], ["stablelm2", "hunyuan", "solar-open", "grok-2"]
    yield "qwen35", normalizers.NFC(), [by(QWEN.replace(r"?\p{L}+", r"?[\p{L}\p{M}]+").replace(r"[^\s\p{L}\p{N}]+", r"[^\s\p{L}\p{M}\p{N}]+"))], ["qwen35"]
    yield "gpt-4o", None, [by(cased_words("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", r"\p{N}{1,3}"))], ["gpt-4o", "llama4"]
    yield "tekken", None, [by(cased_words("", r"\p{N}"))], ["tekken"]
    yield "falcon", None, [P.Punctuation("contiguous"), P.ByteLevel(add_prefix_space=False, use_regex=True), P.Digits(individual_digits=False), by("[0-9][0-9][0-9]")], ["falcon"]
    deepseek = [by("[\r\n]"), by(r"\s?\p{L}+"), by(r"\s?\p{P}+"), by("[一-龥ࠀ-一가-퟿]+"), digits]
    yield "deepseek-coder", None, deepseek, ["deepseek-coder"]
    v3 = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
    yield "deepseek-v3", None, [by(r"\p{N}{1,3}"), by("[一-龥぀-ゟ゠-ヿ]+"), by(v3)], ["deepseek-v3", "hunyuan-dense", "joyai-llm"]
    yield "bloom", None, [by(" ?[^(\\s|[.,!?…。，、।۔،])]+")], ["bloom", "gpt3-finnish", "poro-chat"]
    yield "seed-coder", None, [by(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+")], ["seed-coder"]


def strings_without_names():
    """SentencePiece's own library never takes a control piece's name for the piece; ours does, so that they are left out."""
    strings = STRINGS
    for name in ["<s>", "</s>", "<unk>", "<pad>"]:
        strings = [s.replace(name, "") for s in strings]
    return strings


def gguf_pieces():
    """What llama.cpp's converter keeps of a SentencePiece model, and what SentencePiece itself makes of the strings."""
    rules = dict(normalization_rule_tsv=str(charsmap()))
    plain = dict(normalization_rule_name="identity", remove_extra_whitespaces=False)
    kinds = {
        "t5": ("t5", dict(model_type="unigram", vocab_size=300, **rules)),
        "t5-bytes": ("t5", dict(model_type="unigram", vocab_size=560, byte_fallback=True, add_dummy_prefix=False, remove_extra_whitespaces=False, **rules)),
        "llama": ("llama", dict(model_type="bpe", vocab_size=600, byte_fallback=True, **plain)),
        "llama-table": ("llama", dict(model_type="bpe", vocab_size=600, byte_fallback=True, **rules)),
        "gemma": ("llama", dict(model_type="bpe", vocab_size=600, byte_fallback=True, add_dummy_prefix=False, user_defined_symbols=["▁▁", "\n\n", "<tag>"], **plain)),
    }
    for name, (model, options) in kinds.items():
        proto, processor = sentence_piece(CORPUS, character_coverage=0.985, **options)
        # The converter writes the spaces of the user's own pieces as spaces.
        tokens = [p.piece.replace("▁", " ") if p.type == 4 else p.piece for p in proto.pieces]
        spec = proto.normalizer_spec
        # The user's pieces of spaces match a ▁ in the text too, which the converter's spaces do not.
        texts = [s.replace("▁", "") if name == "gemma" else s for s in strings_without_names()]
        ids = [processor.encode(s) for s in texts]
        print(name, len(tokens), "pieces;", sum(map(len, ids)), "ids,", sum(i.count(0) for i in ids), "unknown")
        yield name, {"model": model, "tokens": tokens, "scores": [p.score for p in proto.pieces], "token_type": [p.type for p in proto.pieces], "precompiled_charsmap": base64.b64encode(spec.precompiled_charsmap).decode(),
                     "add_space_prefix": spec.add_dummy_prefix, "remove_extra_whitespaces": spec.remove_extra_whitespaces, "ids": digest_ids(ids), "first": ids[0]}


def main():
    (HERE / "odd-pieces.json").write_text(json.dumps(dict(gguf_pieces()), ensure_ascii=True, separators=(",", ":")) + "\n")
    golden = {}
    for name, tokenizer in kinds():
        ids = [tokenizer.encode(s, add_special_tokens=False).ids for s in STRINGS]
        decode = lambda skip: digest_texts([tokenizer.decode(i, skip_special_tokens=skip) for i in ids])
        golden[name] = {"tokenizer": json.loads(tokenizer.to_str()), "ids": digest_ids(ids), "around": tokenizer.encode("").ids, "decoded": decode(False), "plain": decode(True)}
        unknown = sum(i.count(tokenizer.token_to_id("<unk>") or tokenizer.token_to_id("[UNK]") or 0) for i in ids)
        print(name, tokenizer.get_vocab_size(), "tokens;", sum(map(len, ids)), "ids,", unknown, "unknown")
    (HERE / "odd-models.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")

    vocab, merges = joining()
    cases = {}
    for name, normalizer, pre, ggml in splits():
        tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
        bytes_of = [] if name == "byte-level normalizer" or any(isinstance(p, pre_tokenizers.ByteLevel) for p in pre) else [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([*pre, *bytes_of])
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        spec = json.loads(tokenizer.to_str())
        cases[name] = {"normalizer": spec["normalizer"], "pre_tokenizer": spec["pre_tokenizer"], "ggml": ggml, "ids": digest_ids([tokenizer.encode(s, add_special_tokens=False).ids for s in STRINGS])}
    print(len(cases), "splits;", len(set(c["ids"] for c in cases.values())), "different")
    (HERE / "odd-splits.json").write_text(json.dumps({"vocab": list(vocab), "merges": [" ".join(m) for m in merges], "cases": cases}, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
