"""Makes the two tokenizers, Hugging Face tokenizer.json: python training/language/tokenizer.py sotu|countdown --out folder"""

import argparse
import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

import config
import data

# One token per character; the last five are for prompts that go beyond the format.
CHARACTERS = "\n 0123456789+-*/=:answero(),.?"


def text_tokenizer(texts):
    """Byte-level BPE of 4,096 tokens, learnt from the training addresses alone."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.SHAPES["sotu"].vocabulary,
        special_tokens=[config.END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator((text for _, text in texts), trainer)
    return tokenizer


def character_tokenizer():
    """No merges: every character is a token."""
    letters = list(dict.fromkeys(CHARACTERS))
    vocabulary = {c: i for i, c in enumerate([config.END, "<unk>"] + letters)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.add_special_tokens([config.END, "<unk>"])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    assert tokenizer.get_vocab_size() == config.SHAPES["countdown"].vocabulary, tokenizer.get_vocab_size()
    return tokenizer


def save(tokenizer, folder, context):
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": config.END,
        "eos_token": config.END,
        "add_bos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": context,
    }
    if tokenizer.token_to_id("<unk>") is not None:
        settings["unk_token"] = "<unk>"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n")


def load(folder):
    return Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))


def make(name, folder, text=data.TEXT):
    tokenizer = character_tokenizer() if name == "countdown" else text_tokenizer(data.split(text)[0])
    save(tokenizer, Path(folder), config.SHAPES[name].context)
    return tokenizer


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["sotu", "countdown"])
    parser.add_argument("--data", default=data.TEXT)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    made = make(args.name, args.out, args.data)
    if args.name == "sotu":
        for label, texts in zip(("train", "held out"), data.split(args.data)):
            ids = sum(len(made.encode(text).ids) for _, text in texts)
            size = sum(len(text.encode()) for _, text in texts)
            print(f"{label}: {ids} tokens, {size / ids:.3f} bytes a token")
