"""Figures of the trained model: python training/text_to_image/evaluate.py (after judge.py). Writes figures.json beside the checkpoints.

Reconstruction: PSNR on held-out pictures. Captions: how often the judge sees in a sample what its caption says, part by part, for combinations
that training never saw and for such as it did; beside it what the judge says of the rendered pictures themselves and of their reconstructions.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch

import autoencoder
import captions
import denoiser
import faces
import finished
import judge


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="cpu")
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--count", type=int, default=128)
    parser.add_argument("--steps", type=int, default=30)
    return parser.parse_args()


def said(words, part):
    return part in words or (part == "shape" and "head" in words)


def share(right, words):
    """Percent right, over the pictures whose caption names the part, and over all parts together."""
    counted = {part: hits[torch.tensor([said(one, part) for one in words])].float() for part, hits in right.items()}
    counted["all"] = torch.cat(list(counted.values()))
    return {part: round(100 * hits.mean().item(), 1) for part, hits in counted.items()}


@torch.no_grad()
def samples(vae, net, encoder, scale, words, steps, guidance):
    prompts = [captions.full(one, random.Random(9)) for one in words]
    made = []
    for at in range(0, len(prompts), 32):
        z = denoiser.sample(net, encoder, prompts[at : at + 32], scale, steps, guidance, seed=at)
        made.append(vae.decode(z).sample)
    return torch.cat(made)


def main():
    args = parse()
    torch.set_num_threads(1)
    vae, net, encoder, scale, stages = finished.load(args.checkpoints, args.preset)
    pictures, words = faces.load(args.data, "heldout")
    trained_pictures, trained_words = faces.load(args.data, "train")
    seer = judge.load(Path(args.checkpoints) / "judge.pt", trained_words)
    rows = sorted(random.Random(7).sample(range(len(words)), args.count))
    held = [words[row] for row in rows]
    seen = [trained_words[row] for row in random.Random(8).sample(range(len(trained_words)), args.count)]
    x = faces.to_unit(pictures[rows])
    with torch.no_grad():
        rebuilt = vae.decode(vae.encode(x).latent_dist.mean).sample
    figures = {
        "reconstruction PSNR": round(autoencoder.psnr(vae, pictures, "cpu"), 2),
        "stages": stages,
        "captions": args.count,
        "steps": args.steps,
        "parts": {"rendered": share(seer.right(x, held), held), "reconstructed": share(seer.right(rebuilt, held), held)},
    }
    for name, asked, guidance in [("held out", held, 3.0), ("held out", held, 1.0), ("held out", held, 5.0), ("seen", seen, 3.0)]:
        begun = time.monotonic()
        right = seer.right(samples(vae, net, encoder, scale, asked, args.steps, guidance), asked)
        figures["parts"][f"{name}, guidance {guidance:g}"] = share(right, asked)
        print(name, guidance, figures["parts"][f"{name}, guidance {guidance:g}"], f"{time.monotonic() - begun:.0f} s", flush=True)
    (Path(args.checkpoints) / args.preset / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
