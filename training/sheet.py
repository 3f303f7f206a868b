"""A contact sheet of the exported weights, one row per class: python training/sheet.py digits|avatars --out docs/images/digits.png."""

import argparse
import struct
import zlib
from pathlib import Path

import torch
from safetensors.torch import load_file

import config
import export
import flow

HERE = Path(__file__).resolve().parent


def png(path, pixels):
    """uint8 (H,W,3) to a PNG file; twelve lines instead of a dependency."""
    height, width, _ = pixels.shape
    raw = b"".join(b"\0" + pixels[y].numpy().tobytes() for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def grid(images, columns, scale, gap=2):
    """[-1,1] (N,C,H,W) to one uint8 picture on white."""
    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).expand(-1, 3, -1, -1)
    pixels = pixels.repeat_interleave(scale, 2).repeat_interleave(scale, 3)
    pixels = torch.nn.functional.pad(pixels, (gap,) * 4, value=255)
    n, c, h, w = pixels.shape
    return pixels.reshape(n // columns, columns, c, h, w).permute(0, 3, 1, 4, 2).reshape(n // columns * h, columns * w, c).contiguous()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=list(config.IMAGES))
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint in training, instead of the exported weights")
    parser.add_argument("--models", type=Path, default=HERE.parent / "public" / "models")
    parser.add_argument("--columns", type=int, default=16)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--scale", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.checkpoint:
        tensors = torch.load(args.checkpoint, weights_only=True, map_location="cpu")["ema"]
    else:
        tensors = load_file(args.models / args.name / "weights.safetensors")
    net = export.load_dit(args.name, args.preset, tensors)
    label = torch.arange(net.classes).repeat_interleave(args.columns)
    noise = torch.randn(len(label), net.channels, net.size, net.size, generator=torch.Generator().manual_seed(args.seed))
    images = flow.sample(net, noise, label, args.steps, args.guidance, heun=True)
    png(args.out, grid(images, args.columns, args.scale))


if __name__ == "__main__":
    main()
