"""Raw bytes written by data/*.mjs, as tensors."""

from pathlib import Path

import numpy as np
import torch

from config import IMAGES


def load(name, folder):
    """uint8 images (N,C,H,W) and int64 labels (N)."""
    image = IMAGES[name]
    c, s = image["channels"], image["size"]
    pixels = np.fromfile(Path(folder) / f"{name}.images.bin", dtype=np.uint8).reshape(-1, s, s, c)
    labels = np.fromfile(Path(folder) / f"{name}.labels.bin", dtype=np.uint8)
    return torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy()), torch.from_numpy(labels.astype(np.int64))


def to_unit(pixels):
    return pixels.float() / 127.5 - 1
