"""Greedy continuations by a float64 run of the exported weights: python training/language/golden.py sotu

Written to training/language/golden/<id>.json: cases of prompt and greedy tokens, the margin of each greedy token over the second,
and the five largest logits at eight positions. A position is the index, in prompt + greedy, of the last token the logits have seen."""

import argparse
import json
import random
from pathlib import Path

import torch

import config
import countdown
import data
import tokenizer
from export import load_export, manifest
from generate import continuations


def case(model, prompt, count):
    made = continuations(model, torch.tensor([prompt]), count)[0]
    every = prompt + made
    with torch.no_grad():
        logits = model(torch.tensor([every[:-1]]))[0]
    top = logits.topk(5)
    start = len(prompt) - 1
    assert top.indices[start:, 0].tolist() == made, "cached and whole runs disagree"
    margins = [round(m, 4) for m in (top.values[start:, 0] - top.values[start:, 1]).tolist()]
    chosen = sorted({round(i * (len(every) - 2) / 7) for i in range(8)})
    tops = [{"position": i, "tokens": top.indices[i].tolist(), "logits": [float(f"{v:.12g}") for v in top.values[i].tolist()]} for i in chosen]
    return {"prompt": prompt, "greedy": made, "margins": margins, "top5": tops}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--models", default="public/models")
    parser.add_argument("--data", default=data.TEXT)
    args = parser.parse_args()
    folder = Path(args.models) / args.name
    model, words = load_export(folder).double(), tokenizer.load(folder)
    if args.name == "countdown":
        rng = random.Random("golden")
        prompts = [words.encode(countdown.prompt(*countdown.problem(rng, held=True)[:2])).ids for _ in range(6)]
        cases = [case(model, prompt, 128) for prompt in prompts]
    else:
        name, text = data.split(args.data)[1][3]
        cases = [case(model, [words.token_to_id(config.END)] + words.encode(text).ids[:159], 128)]
        cases[0]["from"] = name
    weights = manifest(folder)["model.safetensors"]["sha256"]
    out = Path(__file__).parent / "golden" / f"{args.name}.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"model": args.name, "weightsSha256": weights, "arithmetic": "float64 on the float16 weights", "cases": cases}) + "\n")
    margins = [m for c in cases for m in c["margins"]]
    print(out, out.stat().st_size, "bytes,", len(margins), "greedy tokens, smallest margin", min(margins))


if __name__ == "__main__":
    main()
