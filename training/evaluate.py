"""Samples the exported weights and scores them: python training/evaluate.py digits|avatars. Adds `evaluation` to model.json.

Class accuracy: the share of samples that the feature network assigns to the class that was asked for.
FD: Frechet distance of n samples' 32 features to the stored statistics of all real images.
Labels go round the classes; the noise is the same for every row, so rows differ by the sampler only.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file

import config
import export
import flow
import frechet

HERE = Path(__file__).resolve().parent


def score(net, judge, real, noise, label, steps, guidance, heun):
    parts = [flow.sample(net, n, l, steps, guidance, heun).clamp(-1, 1) for n, l in zip(noise.split(128), label.split(128))]
    images = torch.cat(parts)
    with torch.no_grad():
        hits = (judge(images).argmax(1) == label).double()
    fd = frechet.distance(frechet.statistics(frechet.features(judge, images)), real)
    return dict(
        sampler="heun" if heun else "euler",
        evaluations=2 * steps - 1 if heun else steps,
        guidance=guidance,
        n=len(label),
        classAccuracy=round(hits.mean().item(), 4),
        worstClass=round(min(hits[label == k].mean().item() for k in range(net.classes)), 4),
        frechet=round(fd, 4),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.IMAGES))
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--models", type=Path, default=HERE.parent / "public" / "models")
    parser.add_argument("--n", type=int, default=512)
    parser.add_argument("--steps", type=int, nargs="*", default=[5, 10, 20])
    parser.add_argument("--guidance", type=float, nargs="*", default=[1.0, 1.5])
    parser.add_argument("--dry", action="store_true", help="print only")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net = export.load_dit(args.name, args.preset, load_file(args.models / args.name / "weights.safetensors"))
    features = load_file(args.models / f"{args.name}-features" / "weights.safetensors")
    judge = export.load_patchnet(args.name, features)
    real = features["real.mean"].double(), features["real.cov"].double()
    label = torch.arange(args.n) % net.classes
    noise = torch.randn(args.n, net.channels, net.size, net.size, generator=torch.Generator().manual_seed(1))
    rows = []
    for guidance in args.guidance:
        for steps in args.steps:
            rows.append(score(net, judge, real, noise, label, steps, guidance, False))
            print(rows[-1], flush=True)
    if not args.dry:
        export.update(args.models / args.name / "model.json", dict(evaluation=dict(note="uniform times from t = 1 to 0; FD against all real images", rows=rows)))


if __name__ == "__main__":
    main()
