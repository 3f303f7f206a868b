"""Reads the exported files as an engine must, in plain numpy float64, and compares with the golden values.

Written from the specification and not from model.py, so a layout mistake in either shows here.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "public" / "models"


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def silu(x):
    return x / (1 + np.exp(-x))


def norm(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-6)


def linear(w, name, x):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def tokens(x, p):
    """(C,H,W) -> [T, p*p*C] by loops, so that the index rule can be read off."""
    c, h, w = x.shape
    out = np.zeros(((h // p) * (w // p), p * p * c))
    for py in range(h // p):
        for px in range(w // p):
            for dy in range(p):
                for dx in range(p):
                    for ch in range(c):
                        out[py * (w // p) + px, (dy * p + dx) * c + ch] = x[ch, py * p + dy, px * p + dx]
    return out


def image(t, p, c, h, w):
    x = np.zeros((c, h, w))
    for ch in range(c):
        for y in range(h):
            for col in range(w):
                x[ch, y, col] = t[(y // p) * (w // p) + col // p, ((y % p) * p + col % p) * c + ch]
    return x


def dit(w, a, x, t, label):
    d, heads = a["d"], a["heads"]
    angle = 1000 * t * np.exp(-np.log(10000) * np.arange(128) / 128)
    c = linear(w, "time.2", silu(linear(w, "time.0", np.concatenate([np.cos(angle), np.sin(angle)])))) + w["label.weight"][label]
    m = linear(w, "mod", silu(c)).reshape(6, d)
    h = linear(w, "embed", tokens(x, a["patch"])) + w["pos"]
    for i in range(a["depth"]):
        b = f"blocks.{i}"
        shift1, scale1, gate1, shift2, scale2, gate2 = m + w[f"{b}.table"]
        qkv = linear(w, f"{b}.qkv", norm(h) * (1 + scale1) + shift1)
        mixed = np.zeros_like(h)
        for head in range(heads):
            columns = slice(head * d // heads, (head + 1) * d // heads)
            q, k, v = (qkv[:, j * d : (j + 1) * d][:, columns] for j in range(3))
            s = q @ k.T / np.sqrt(d // heads)
            s = np.exp(s - s.max(1, keepdims=True))
            mixed[:, columns] = s / s.sum(1, keepdims=True) @ v
        h = h + gate1 * linear(w, f"{b}.proj", mixed)
        h = h + gate2 * linear(w, f"{b}.fc2", gelu(linear(w, f"{b}.fc1", norm(h) * (1 + scale2) + shift2)))
    shift, scale = linear(w, "final.mod", silu(c)).reshape(2, d)
    return image(linear(w, "out", norm(h) * (1 + scale) + shift), a["patch"], a["channels"], a["height"], a["width"])


def patchnet(w, a, x):
    h = gelu(linear(w, "patch", tokens(x, a["patch"]))).reshape(-1)
    f = gelu(linear(w, "feature", gelu(linear(w, "hidden", h))))
    return f, linear(w, "head", f)


def plane(w, target, sd, x, s):
    a = np.log(s) / 4
    angle = np.pi / 4 * 2 ** (np.arange(8) / 2) * a
    total = np.sqrt(s**2 + sd**2)
    phi = np.broadcast_to(np.concatenate([np.cos(angle), np.sin(angle)]), (len(x), 16))
    h = np.concatenate([x / total, phi], 1)
    for k in range(3):
        h = silu(linear(w, f"{target}.layers.{k}", h))
    return sd**2 / total**2 * x + s * sd / total * linear(w, f"{target}.layers.3", h)


def difference(out, golden):
    """Largest of: error of the first values, of the norm, of the weighted sum; relative to the norm."""
    flat = out.reshape(-1)
    dot = (flat * np.cos(0.11 * np.arange(len(flat)))).sum()
    first = np.abs(flat[: len(golden["first"])] - golden["first"]).max()
    return max(first, abs(np.linalg.norm(flat) - golden["l2"]), abs(dot - golden["dot"])) / golden["l2"]


def wave(count, phase):
    return np.sin(0.37 * np.arange(count) + phase).astype(np.float32).astype(np.float64)


def main():
    worst = 0.0
    for path in sorted((HERE / "golden-networks").glob("*.json")):
        golden = json.loads(path.read_text())
        card = json.loads((MODELS / golden["model"] / "model.json").read_text())
        a = card["architecture"]
        w = {k: v.astype(np.float64) for k, v in load_file(MODELS / golden["model"] / "weights.safetensors").items()}
        errors = []
        if a["kind"] == "mlp2d":
            for target, cases in golden["targets"].items():
                for case in cases:
                    x = (wave(8, 0) * (1.5 + case["sigma"])).reshape(4, 2)
                    errors.append(difference(plane(w, target, a["targets"][target]["sigmaData"], x, case["sigma"]), case["denoised"]))
        else:
            shape = a["channels"], a["height"], a["width"]
            for case in golden["cases"]:
                x = wave(int(np.prod(shape)), case["phase"]).reshape(shape)
                if a["kind"] == "dit":
                    errors.append(difference(dit(w, a, x, case["t"], case["label"]), case["output"]))
                else:
                    features, logits = patchnet(w, a, x)
                    errors += [difference(features, case["features"]), difference(logits, case["logits"])]
        print(f"{golden['model']}: {len(errors)} outputs, largest relative difference {max(errors):.1e}")
        worst = max(worst, *errors)
    sys.exit(1 if worst > 1e-4 else 0)


if __name__ == "__main__":
    main()
