"""Prints text from an export: python training/language/sample.py sotu [--temperature 0.8] [--prompt "My fellow Americans"]"""

import argparse
import json
from pathlib import Path

import torch

import config
import tokenizer
from export import load_export
from generate import continuations


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--models", default="public/models")
    parser.add_argument("--prompt")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    folder = Path(args.models) / args.name
    model, words = load_export(folder), tokenizer.load(folder)
    generator = torch.Generator().manual_seed(args.seed)
    prompts = [args.prompt] if args.prompt else json.loads((folder / "card.json").read_text())["prompts"]
    for prompt in prompts:
        ids = words.encode(prompt).ids
        made = continuations(model, torch.tensor([ids]), min(args.count, model.shape.context - len(ids)), args.temperature, generator)[0]
        print(words.decode(ids + made), end="\n\n")


if __name__ == "__main__":
    main()
