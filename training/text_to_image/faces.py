"""What render.mjs wrote, as arrays: pictures stay on disk until they are asked for."""

import json
from pathlib import Path

import numpy as np
import torch

from config import SIZE


def load(folder, split):
    """(N, 64, 64, 3) bytes and a list of N dictionaries of words."""
    words = [json.loads(line) for line in (Path(folder) / f"{split}.jsonl").read_text().splitlines()]
    pictures = np.memmap(Path(folder) / f"{split}.images.bin", np.uint8, "r").reshape(-1, SIZE, SIZE, 3)
    if len(words) != len(pictures):
        raise SystemExit(f"{folder}: {len(pictures)} pictures but {len(words)} descriptions; render them again")
    return pictures, words


def to_unit(pictures):
    """Bytes (N, H, W, 3) to floats (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
