"""Trains one feature network: python training/train_features.py digits|avatars. A minute or two on one core."""

import argparse
from pathlib import Path

import torch
from torch.nn import functional as F

import config
import datasets
from model import PatchNet


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.IMAGES))
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--data", default="build/training")
    parser.add_argument("--checkpoints", default="build/checkpoints")
    return parser.parse_args()


def split(count, seed=0):
    """A fixed tenth of the images is held out, in every script."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return order[count // 10 :], order[: count // 10]


def augment(x, shift):
    """Shifts by up to `shift` pixels (edges repeated), then noise of a random strength: generated images are not perfectly clean."""
    size = x.shape[-1]
    dx, dy = torch.randint(0, 2 * shift + 1, (2,)).tolist()
    x = F.pad(x, (shift,) * 4, mode="replicate")[..., dy : dy + size, dx : dx + size]
    return x + torch.randn_like(x) * (0.15 * torch.rand(len(x), 1, 1, 1, device=x.device))


@torch.no_grad()
def accuracy(net, images, labels):
    hits = sum((net(datasets.to_unit(i)).argmax(1) == l).sum().item() for i, l in zip(images.split(500), labels.split(500)))
    return hits / len(labels)


def main():
    args = parse()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    device = "cuda" if args.preset == "gpu" else "cpu"
    plan = config.FEATURES[args.name, args.preset]
    images, labels = datasets.load(args.name, args.data)
    train, held = split(len(labels))
    images, labels = images.to(device), labels.to(device)
    image = config.IMAGES[args.name]
    net = PatchNet(image["channels"], image["size"], len(image["classes"])).to(device)
    folder = Path(args.checkpoints)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{args.name}-features.pt"
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
    start = 0
    if path.exists():
        state = torch.load(path, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        start = state["step"]
    schedule = lambda step: min(1, (step + 1) / 100) * max(0.0, 1 - step / plan["steps"])
    for step in range(start, plan["steps"]):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * schedule(step)
        pick = train[torch.randint(len(train), (plan["batch"],))].to(device)
        loss = F.cross_entropy(net(augment(datasets.to_unit(images[pick]), plan["shift"])), labels[pick], label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 500 == 0 or step + 1 == plan["steps"]:
            net.eval()
            held_out = accuracy(net, images[held], labels[held])
            net.train()
            torch.save(dict(net=net.state_dict(), optimiser=optimiser.state_dict(), step=step + 1, held_out=held_out), path)
            print(f"step {step + 1} loss {loss.item():.4f} held-out accuracy {held_out:.4f}", flush=True)


if __name__ == "__main__":
    main()
