"""Samples the exported weights and scores them: python training/evaluate.py digits|avatars. Adds `evaluation` to model.json.

Class accuracy: the share of samples that the feature network assigns to the class that was asked for.
FD: Frechet distance of n samples' 32 features to the stored statistics of all real images.
Labels go round the classes; the noise is the same for every row, so rows differ by the sampler only.
--against FILE judges other weights of the same sizes on the same noise and prints what they differ by, and changes no card.
One accuracy of 1,000 images is good to about a point: decide between weights by the paired difference, at --n 4096 and another --seed.
"""

import argparse
import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file

import config
import export
import flow
import frechet

HERE = Path(__file__).resolve().parent


def interval(p, n, z=1.96):
    """Wilson's 95 % interval of a share p of n (https://doi.org/10.1080/01621459.1927.10502953)."""
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return [(middle + side * half) / (1 + z * z / n) for side in (-1, 1)]


def score(net, judge, real, noise, label, steps, guidance, heun):
    """One row of the card, and which samples are of their class, float64 (n)."""
    parts = [flow.sample(net, n, l, steps, guidance, heun).clamp(-1, 1) for n, l in zip(noise.split(128), label.split(128))]
    images = torch.cat(parts)
    with torch.no_grad():
        hits = (judge(images).argmax(1) == label).double()
    fd = frechet.distance(frechet.statistics(frechet.features(judge, images)), real)
    row = dict(
        sampler="heun" if heun else "euler",
        evaluations=2 * steps - 1 if heun else steps,
        guidance=guidance,
        n=len(label),
        classAccuracy=round(hits.mean().item(), 4),
        worstClass=round(min(hits[label == k].mean().item() for k in range(net.classes)), 4),
        frechet=round(fd, 4),
    )
    return row, hits


def shown(row, hits):
    low, high = interval(hits.mean().item(), len(hits))
    return f"{row} 95 % of classAccuracy: {low:.4f} to {high:.4f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.IMAGES))
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--models", type=Path, default=HERE.parent / "public" / "models")
    parser.add_argument("--n", type=int, default=512)
    parser.add_argument("--steps", type=int, nargs="*", default=[5, 10, 20])
    parser.add_argument("--guidance", type=float, nargs="*", default=[1.0, 1.5])
    parser.add_argument("--seed", type=int, default=1, help="of the noise; the cards are of seed 1")
    parser.add_argument("--against", type=Path, help="a weights.safetensors to compare with on the same noise; prints only")
    parser.add_argument("--dry", action="store_true", help="print only")
    args = parser.parse_args()
    torch.set_num_threads(1)
    load = lambda path: export.load_dit(args.name, args.preset, load_file(path))
    net = load(args.models / args.name / "weights.safetensors")
    other = load(args.against) if args.against else None
    features = load_file(args.models / f"{args.name}-features" / "weights.safetensors")
    judge = export.load_patchnet(args.name, features)
    real = features["real.mean"].double(), features["real.cov"].double()
    label = torch.arange(args.n) % net.classes
    noise = torch.randn(args.n, net.channels, net.size, net.size, generator=torch.Generator().manual_seed(args.seed))
    rows = []
    for guidance in args.guidance:
        for steps in args.steps:
            row, hits = score(net, judge, real, noise, label, steps, guidance, False)
            rows.append(row)
            print(shown(row, hits), flush=True)
            if other is None:
                continue
            row, others = score(other, judge, real, noise, label, steps, guidance, False)
            print(shown(row, others))
            more = others - hits
            print(f"against: {more.mean():+.4f}, standard error {more.std() / math.sqrt(args.n):.4f}", flush=True)
    if not (args.dry or args.against):
        export.update(args.models / args.name / "model.json", dict(evaluation=dict(note="uniform times from t = 1 to 0; FD against all real images", rows=rows)))


if __name__ == "__main__":
    main()
