"""Trains the tuned lens of a bundled model and writes public/models/<id>-lens: python training/language/lens.py sotu --minutes 5

After Belrose et al. 2023, https://arxiv.org/abs/2303.08112: for each layer l an affine translator, here h + A h + b, whose reading by
the model's own final norm and head comes as near as it can to the model's own distribution, in KL(model || lens), averaged over text.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import config
import countdown
import data
import tokenizer
from export import load_export, manifest, write_card

POSITIONS = 192  # of a batch, at which the lens is asked: neighbours tell little more
MOST_HELD = 24  # held-out batches


def streams(model, tokens):
    """The residual stream before every layer and after the last one, [layers + 1] of [batch, length, width]."""
    x = model.model.embed_tokens(tokens)
    every = [x]
    for layer in model.model.layers:
        x = layer(x, model.cos[: tokens.shape[1]], model.sin[: tokens.shape[1]])
        every.append(x)
    return every


def read(model, x):
    """log-probabilities that final norm and head read in a residual stream."""
    return F.linear(model.model.norm(x), model.model.embed_tokens.weight).log_softmax(-1)


class Lens(torch.nn.Module):
    """A translator for the stream before each layer; all begin as the logit lens, with A and b zero."""

    def __init__(self, layers, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(layers, width, width))
        self.bias = torch.nn.Parameter(torch.zeros(layers, width))

    def forward(self, layer, x):
        return x + F.linear(x, self.weight[layer], self.bias[layer])


def sampled(model, rows, weights, count, generator):
    """Streams [layers + 1, count, width] at places of a batch, drawn among those that count."""
    with torch.no_grad():
        every = torch.stack([x.flatten(0, 1) for x in streams(model, torch.from_numpy(rows[:, :-1]))])
    places = torch.arange(every.shape[1]) if weights is None else torch.from_numpy(weights).flatten().nonzero()[:, 0]
    return every[:, places[torch.randperm(len(places), generator=generator)[:count]]]


def divergence(model, lens, every, layer):
    """Mean KL(model || lens) in nats at the places of `every`."""
    with torch.no_grad():
        target = read(model, every[-1])
    return F.kl_div(read(model, lens(layer, every[layer])), target, reduction="batchmean", log_target=True)


@torch.no_grad()
def judged(model, lens, batches):
    """Mean KL in bits by layer over held-out places."""
    sums = torch.zeros(model.shape.layers)
    for every in batches:
        sums += torch.tensor([divergence(model, lens, every, layer).item() for layer in range(model.shape.layers)])
    return [round(v / 0.6931471805599453 / len(batches), 4) for v in sums.tolist()]


def held_out(name, model, words, text):
    generator = torch.Generator().manual_seed(1)
    if name == "countdown":
        rng = random.Random("lens")
        made = [countdown.pack(words, [countdown.document(rng, held=True) for _ in range(16)]) for _ in range(MOST_HELD)]
    else:
        windows = data.Windows(data.stream(words, data.split(text)[1]), model.shape.context, 2)
        made = [windows(step) for step in range(min(MOST_HELD, windows.per_epoch))]
    return [sampled(model, rows, weights, POSITIONS, generator) for rows, weights in made]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.SHAPES))
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--models", default="public/models")
    parser.add_argument("--data", default=data.TEXT)
    parser.add_argument("--date", default="2026-12-01")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model, words = load_export(Path(args.models) / args.name), tokenizer.load(Path(args.models) / args.name)
    for p in model.parameters():
        p.requires_grad_(False)
    shape = model.shape
    batch_of = (
        countdown.Problems(words, 16)
        if args.name == "countdown"
        else data.Windows(data.stream(words, data.split(args.data)[0]), shape.context, 2)
    )
    held = held_out(args.name, model, words, args.data)
    lens = Lens(shape.layers, shape.width)
    before = judged(model, lens, held)
    print("logit lens, bits:", before, flush=True)
    optimizer = torch.optim.Adam(lens.parameters(), lr=args.rate, betas=(0.9, 0.99))
    generator, began, step = torch.Generator().manual_seed(0), time.monotonic(), 0
    while (progress := (time.monotonic() - began) / 60 / args.minutes) < 1:
        optimizer.param_groups[0]["lr"] = args.rate * min(1, (step + 1) / 20) * (1 - progress)
        every = sampled(model, *batch_of(step), POSITIONS, generator)
        optimizer.zero_grad(set_to_none=True)
        loss = 0.0
        for layer in range(shape.layers):
            part = divergence(model, lens, every, layer)
            part.backward()
            loss += part.item() / shape.layers
        torch.nn.utils.clip_grad_norm_(lens.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 50 == 0:
            print(step, f"{progress:.2f}", f"{loss:.4f}", flush=True)

    tensors = {}
    for layer in range(shape.layers):
        tensors[f"layers.{layer}.weight"] = lens.weight.detach()[layer].half().contiguous()
        tensors[f"layers.{layer}.bias"] = lens.bias.detach()[layer].half().contiguous()
    assert all(torch.isfinite(t).all() for t in tensors.values())
    with torch.no_grad():  # judged as it is kept
        for layer in range(shape.layers):
            lens.weight[layer] = tensors[f"layers.{layer}.weight"].float()
            lens.bias[layer] = tensors[f"layers.{layer}.bias"].float()
    after = judged(model, lens, held)
    print("tuned lens, bits:", after, flush=True)
    folder = Path(args.models) / f"{args.name}-lens"
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "weights.safetensors")
    (folder / "weights.safetensors").chmod(0o644)
    own = json.loads((Path(args.models) / args.name / "card.json").read_text())
    card = {
        "id": f"{args.name}-lens",
        "title": f"{own['title']}: tuned lens",
        "description": "An affine translator for the residual stream before each layer, h + A h + b, read by the model's own final norm and head.",
        "paper": "https://arxiv.org/abs/2303.08112",
        "licence": "MIT, like this repository",
        "data": own["data"],
        "command": f"python training/language/lens.py {args.name} --minutes {args.minutes:g}",
        "model": {"id": args.name, "sha256": own["files"]["model.safetensors"]["sha256"]},
        "parameters": sum(t.numel() for t in tensors.values()),
        "training": {"date": args.date, "device": "CPU, one core", "steps": step, "positions": step * POSITIONS, "peakLearningRate": args.rate},
        "metrics": {
            "what": "mean KL(model || lens) on held-out text, bits, by the number of layers read",
            "positions": sum(every.shape[1] for every in held),
            "logitLens": before,
            "tunedLens": after,
        },
        "files": {},
    }
    card["files"] = manifest(folder)
    write_card(folder, card)


if __name__ == "__main__":
    main()
