"""What the kernel inception distance needs to know of the real images: python training/kid.py [--data build/training].

The cubic kernel k(f, g) = (f.g/d + 1)^3 is the dot product of all moments up to the third: with u = (f/sqrt(d), 1) and
v = (g/sqrt(d), 1) it is (u.v)^3, the sum over i <= j <= k of u_i u_j u_k v_i v_j v_k times the number of orders of (i, j, k).
So the means of v_i v_j v_k over the real images, `real.cubic`, stand for all of them, and `real.within` is the mean of the
kernel over pairs of different ones. export.py writes both; run by itself this adds them to files that lack them.
"""

import argparse
import json
from hashlib import sha256
from pathlib import Path

import numpy as np

import check
import config

MODELS = Path(__file__).resolve().parent.parent / "public" / "models"


def triples(width):
    return [(i, j, k) for i in range(width) for j in range(i, width) for k in range(j, width)]


def moments(features):
    """float64 [n, d] -> the means of all products of three in the order of `triples`, and the mean kernel of two images."""
    n, d = features.shape
    u = np.concatenate([features / np.sqrt(d), np.ones((n, 1))], 1)
    means = np.concatenate([(u[:, i, None] * u[:, j, None] * u[:, j:]).mean(0) for i in range(d + 1) for j in range(i, d + 1)])
    orders = np.array([{1: 1, 2: 3, 3: 6}[len({i, j, k})] for i, j, k in triples(d + 1)])
    itself = ((u**2).sum(1) ** 3).mean()
    return means, (n * (orders * means**2).sum() - itself) / (n - 1)


def features_of(w, a, pixels):
    """The 32 features of bytes (n, H, W, C), many images at once."""
    n, p = len(pixels), a["patch"]
    x = pixels.astype(np.float64) / 127.5 - 1
    rows, columns = a["height"] // p, a["width"] // p
    x = x.reshape(n, rows, p, columns, p, a["channels"]).transpose(0, 1, 3, 2, 4, 5).reshape(n, rows * columns, -1)
    h = check.gelu(check.linear(w, "patch", x)).reshape(n, -1)
    return check.gelu(check.linear(w, "feature", check.gelu(check.linear(w, "hidden", h))))


def main():
    from safetensors.numpy import load_file, save_file

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    args = parser.parse_args()
    for name in config.IMAGES:
        folder = MODELS / f"{name}-features"
        card = json.loads((folder / "model.json").read_text())
        a = card["architecture"]
        tensors = load_file(folder / "weights.safetensors")
        w = {k: v.astype(np.float64) for k, v in tensors.items()}
        pixels = np.fromfile(args.data / f"{name}.images.bin", np.uint8).reshape(-1, a["height"], a["width"], a["channels"])
        found = np.concatenate([features_of(w, a, part) for part in np.array_split(pixels, 1 + len(pixels) // 2000)])
        drift = np.abs(found.mean(0) - w["real.mean"]).max()
        if len(pixels) != card["realImages"] or drift > 1e-4:
            raise SystemExit(f"{name}: these are not the images of its mean ({len(pixels)} images, {drift:.1e} off)")
        cubic, within = moments(found)
        tensors["real.cubic"], tensors["real.within"] = cubic.astype(np.float32), np.array([within], np.float32)
        file = folder / "weights.safetensors"
        save_file(tensors, file)
        body = file.read_bytes()
        card["weights"].update(bytes=len(body), sha256=sha256(body).hexdigest())
        print(f"{name}: {len(cubic)} moments, drift {drift:.1e}, kernel of two images {within:.6f}")
        text = (folder / "model.json").read_text()
        old = json.loads(text)["weights"]
        for key in ("bytes", "sha256"):
            text = text.replace(str(old[key]), str(card["weights"][key]))
        (folder / "model.json").write_text(text)


if __name__ == "__main__":
    main()
