"""A small classifier of what can be seen in a face, to measure whether pictures show what their captions say.

    python training/text_to_image/judge.py

It is trained on rendered pictures, shaken a little (noise, shifts), never on pictures that the model made. A quarter of them are of combinations
that the model does not see: a judge that had never met blue hair on such a face would be measured, not the model.
"""

import argparse
import random
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import faces

PARTS = ["design", "background", "hair", "skin", "clothes", "shape", "mouth"]


def of(words, part):
    """What the picture shows of a part; a bald head or a turban is a shape, and has no colour of hair."""
    return words.get("head", words.get(part)).split(" ")[-1] if part == "shape" and "head" in words else words.get(part, "none")


def classes(all_words):
    return {part: sorted({of(words, part) for words in all_words}) for part in PARTS}


class Judge(nn.Module):
    def __init__(self, names):
        super().__init__()
        self.names = names
        widths = [3, 16, 32, 64, 96]
        layers = []
        for i, o in zip(widths, widths[1:]):
            layers += [nn.Conv2d(i, o, 3, stride=2, padding=1), nn.BatchNorm2d(o), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * 16, 256), nn.ReLU())
        self.heads = nn.ModuleDict({part: nn.Linear(256, len(names[part])) for part in PARTS})

    def forward(self, x):
        seen = self.body(x)
        return {part: head(seen) for part, head in self.heads.items()}

    @torch.no_grad()
    def right(self, x, all_words):
        """For each part, which pictures show it as their words say."""
        said = {part: torch.tensor([self.names[part].index(of(words, part)) for words in all_words]) for part in PARTS}
        return {part: logits.argmax(1) == said[part] for part, logits in self(x).items()}


def shaken(x):
    x = torch.roll(x, (random.randint(-1, 1), random.randint(-1, 1)), (2, 3))
    return x + random.choice([0, 0.03, 0.1]) * torch.randn_like(x)


def load(path, all_words):
    judge = Judge(classes(all_words))
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--steps", type=int, default=2500)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    random.seed(0)
    splits = [faces.load(args.data, split) for split in ("train", "judge")]
    judge = Judge(classes(splits[0][1]))
    said = [{part: torch.tensor([judge.names[part].index(of(one, part)) for one in words]) for part in PARTS} for _, words in splits]
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=args.steps)
    for step in range(args.steps):
        rows = [torch.randint(len(words), (count,)).sort().values for (_, words), count in zip(splits, (48, 16))]
        x = torch.cat([faces.to_unit(pictures[some.numpy()]) for (pictures, _), some in zip(splits, rows)])
        logits = judge(shaken(x))
        loss = sum(F.cross_entropy(logits[part], torch.cat([known[part][some] for known, some in zip(said, rows)])) for part in PARTS)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if (step + 1) % 250 == 0:
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)
    torch.save(judge.state_dict(), Path(args.checkpoints) / "judge.pt")
    held, held_words = faces.load(args.data, "heldout")
    right = judge.eval().right(faces.to_unit(held), held_words)
    print("rendered pictures of held-out combinations: " + ", ".join(f"{part} {100 * hit.float().mean():.1f} %" for part, hit in right.items()))


if __name__ == "__main__":
    main()
