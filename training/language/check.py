"""Checks an export from outside: python training/language/check.py sotu sotu-draft countdown

transformers.LlamaForCausalLM must load the folder and give the same logits in float64; the tokenizer must come back from
AutoTokenizer with the same ids; the card's hashes must be those of the files; the generator of Countdown must satisfy its checker.
With --node FOLDER (one that has @huggingface/tokenizers installed), the JavaScript tokenizer must give the same ids too."""

import argparse
import json
import random
import subprocess
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

import countdown
import data
import tokenizer
from export import load_export, manifest


def strings(name, text):
    rng = random.Random(1)
    if name == "countdown":
        return [countdown.document(rng, held=True)[0] for _ in range(300)] + ["(3+4)*5, 2?", " 1  2\n\n", ""]
    body = data.split(text)[1]
    found = []
    for _ in range(300):
        address = rng.choice(body)[1]
        at = rng.randrange(len(address) - 300)
        found.append(address[at : at + rng.randrange(1, 300)])
    return found + ["caf\u00e9 \u20ac5 \U0001f600 na\u00efve", "  two  spaces \n\n and\ttabs ", "don't WE'LL 1,234.56", "\u4e2d\u6587", ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--models", default="public/models")
    parser.add_argument("--data", default=data.TEXT)
    parser.add_argument("--node", help="folder with node_modules/@huggingface/tokenizers")
    args = parser.parse_args()
    rng = random.Random(0)
    documents = [countdown.document(rng)[0] for _ in range(3000)]
    assert all(map(countdown.check, documents))
    assert not any(countdown.check(d[:-1] + ("1" if d[-1] != "1" else "2")) for d in documents)
    for name in args.names:
        folder = Path(args.models) / name
        ours, words = load_export(folder).double(), tokenizer.load(folder)
        theirs = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
        theirs.model.rotary_emb.inv_freq = 1 / ours.shape.theta ** (torch.arange(0, ours.shape.head_dim, 2).double() / ours.shape.head_dim)
        ids = torch.randint(0, ours.shape.vocabulary, (2, ours.shape.context), generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            a, b = ours(ids), theirs(ids).logits
        nmse = ((a - b).square().sum() / b.square().sum()).item()
        assert nmse < 1e-9, nmse

        texts = strings(name, args.data)
        expected = [words.encode(t).ids for t in texts]
        assert all(words.decode(e, skip_special_tokens=False) == t for t, e in zip(texts, expected))
        auto = AutoTokenizer.from_pretrained(folder)
        assert all(auto.encode(t, add_special_tokens=False) == e for t, e in zip(texts, expected))
        card = json.loads((folder / "card.json").read_text())
        assert card["files"] == manifest(folder), "card and files differ"
        report = "not asked"
        if args.node:
            script = Path(__file__).parent / "check_tokenizer.mjs"
            job = json.dumps({"folder": str(folder.resolve()), "cases": [{"text": t, "ids": e} for t, e in zip(texts, expected)]})
            report = subprocess.run(["node", script.resolve()], input=job, text=True, cwd=args.node, capture_output=True, check=True).stdout.strip()
        print(f"{name}: NMSE against transformers {nmse:.2g}, {len(texts)} strings round trip, JavaScript: {report}")


if __name__ == "__main__":
    main()
