"""A contact sheet of captions: python training/text_to_image/sheet.py [--prompts file] [--out picture.png].

Without a file it takes held-out combinations, one in each row of four: rendered as training pictures are, then three samples.
"""

import argparse
import random
from pathlib import Path

import torch
from PIL import Image, ImageDraw

import captions
import denoiser
import faces
import finished

ZOOM, GAP, TEXT = 2, 8, 30


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="cpu")
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--out", default="sheet.png")
    parser.add_argument("--prompts", help="a text file, one prompt a line")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=3.0)
    return parser.parse_args()


def picture(x):
    pixels = ((x.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    return Image.fromarray(pixels).resize((pixels.shape[1] * ZOOM, pixels.shape[0] * ZOOM), Image.NEAREST)


def wrap(draw, text, width):
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines[:3])


def main():
    args = parse()
    torch.set_num_threads(1)
    vae, net, encoder, scale, _ = finished.load(args.checkpoints, args.preset)
    pictures, words = faces.load(args.data, "heldout")
    chance = random.Random(5)
    if args.prompts:
        rows, prompts = [], Path(args.prompts).read_text().splitlines()
    else:
        rows = sorted(chance.sample(range(len(words)), args.count))
        prompts = [captions.full(words[row], chance) for row in rows]
    samples = 3
    with torch.no_grad():
        drawn = [vae.decode(denoiser.sample(net, encoder, prompts, scale, args.steps, args.guidance, seed=s)).sample for s in range(samples)]
    columns, cell = 3, 64 * ZOOM + 2
    wide = (samples + bool(rows)) * cell + GAP
    high = cell + TEXT
    sheet = Image.new("RGB", (columns * wide + GAP, -(-len(prompts) // columns) * high + GAP), "white")
    draw = ImageDraw.Draw(sheet)
    for i, prompt in enumerate(prompts):
        x, y = GAP + i % columns * wide, GAP + i // columns * high
        shown = [faces.to_unit(pictures[rows[i] : rows[i] + 1])[0]] if rows else []
        for j, one in enumerate([*shown, *(part[i] for part in drawn)]):
            sheet.paste(picture(one), (x + j * cell, y))
        draw.multiline_text((x, y + cell - 1), wrap(draw, prompt, wide - GAP), fill="black", spacing=0)
    sheet.save(args.out)


if __name__ == "__main__":
    main()
