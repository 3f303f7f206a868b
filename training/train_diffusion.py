"""Trains one image model: python training/train_diffusion.py digits|avatars [--preset cpu|gpu|weak]. Resumes by itself."""

import argparse
import math
import time
from pathlib import Path

import torch
from safetensors.torch import load_file

import config
import datasets
import flow
from model import DiT


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.IMAGES))
    parser.add_argument("--preset", choices=["cpu", "gpu", "weak"], default="cpu")
    parser.add_argument("--data", default="build/training")
    parser.add_argument("--checkpoints", default="build/checkpoints")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--minutes", type=float, help="finish the schedule after this much training time, if that comes first")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=Path, help="a folder with weights.safetensors to begin from, where there is no checkpoint")
    parser.add_argument("--peak", type=float, help="peak learning rate, in place of the plan's")
    parser.add_argument("--ema", type=float, default=0.9995, help="decay of the weights' average")
    parser.add_argument("--favour", nargs="*", default=[], help="classes whose images are seen twice as often")
    return parser.parse_args()


def learning_rate(step, progress, peak):
    """300 steps of warm-up, then a cosine over the whole run down to 5 % of the peak."""
    return peak * min(1, (step + 1) / 300) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1, progress))))


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    device = "cuda" if args.preset == "gpu" else "cpu"
    plan = config.PLANS[args.name, args.preset]
    steps, batch = args.steps or plan["steps"], plan["batch"]
    peak = args.peak or plan["peak"]
    folder = Path(args.checkpoints)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{args.name}-{args.preset}.pt"

    images, labels = datasets.load(args.name, args.data)
    images = images.to(device).contiguous()
    labels = labels.to(device)
    known = config.IMAGES[args.name]["classes"]
    for name in args.favour:
        if name not in known:
            raise SystemExit(f"{name} is none of the classes {', '.join(known)}")
    twice = torch.tensor([1 + (name in args.favour) for name in known], device=device)
    pool = torch.repeat_interleave(torch.arange(len(images), device=device), twice[labels])
    net = DiT(**config.network(args.name, args.preset)).to(device)
    ema = DiT(**config.network(args.name, args.preset)).to(device)
    if args.start:
        net.load_state_dict({k: v.float() for k, v in load_file(args.start / "weights.safetensors").items()})
    ema.load_state_dict(net.state_dict())
    weights, averaged = list(net.parameters()), list(ema.parameters())
    optimiser = torch.optim.AdamW(weights, lr=peak, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    start, trained, smooth = 0, 0.0, None
    if path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"])
        start, trained, smooth = state["step"], state["seconds"], state["loss"]
        torch.manual_seed(start)

    def save(step):
        torch.save(
            dict(net=net.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step, seconds=trained, loss=smooth),
            path.with_suffix(".tmp"),
        )
        path.with_suffix(".tmp").rename(path)

    log = open(folder / f"{args.name}-{args.preset}.log", "a", buffering=1)
    last, step, order = time.monotonic(), start, torch.empty(0, dtype=torch.int64)
    losses = []
    while True:
        # A time budget bends the same cosine, so that a slower machine still finishes its schedule.
        progress = step / steps
        if args.minutes:
            progress = max(progress, trained / 60 / args.minutes)
        if progress >= 1:
            break
        if len(order) < batch:
            order = pool[torch.randperm(len(pool), device=device)]
        pick, order = order[:batch], order[batch:]
        rate = learning_rate(step, progress, peak)
        for group in optimiser.param_groups:
            group["lr"] = rate
        with torch.autocast(device, torch.bfloat16, enabled=plan["autocast"]):
            loss = flow.loss(net, datasets.to_unit(images[pick]), labels[pick])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        with torch.no_grad():
            torch._foreach_lerp_(averaged, weights, 1 - min(args.ema, (1 + step) / (10 + step)))
        step += 1
        losses.append(loss.detach())
        now = time.monotonic()
        trained, last = trained + now - last, now
        if step % 100 == 0:
            mean = torch.stack(losses).mean().item()
            losses.clear()
            smooth = mean if smooth is None else 0.8 * smooth + 0.2 * mean
            log.write(f"step {step} of {steps} progress {progress:.3f} loss {mean:.4f} smooth {smooth:.4f} rate {rate:.2e} minutes {trained / 60:.1f}\n")
        if step % 250 == 0:
            save(step)
    save(step)
    log.write(f"finished at step {step}, smooth loss {smooth:.4f}, {trained / 60:.1f} minutes\n")


if __name__ == "__main__":
    main()
