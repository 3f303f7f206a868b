"""Trains the text-to-image model: python training/text_to_image/train.py [--preset cpu|gpu]. Every stage resumes by itself.

Stages: the autoencoder, the latents, UNet and text encoder together, and at last the decoder alone for some more time.
"""

import argparse
import time
from pathlib import Path

import torch

import autoencoder
import config
import denoiser
import faces
import vocabulary


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--until", choices=["autoencoder", "latents", "denoiser", "decoder"], default="decoder")
    parser.add_argument("--minutes", type=float, help="end the schedule of UNet and text encoder after this much training time in all")
    parser.add_argument("--autoencoder-minutes", type=float)
    parser.add_argument("--decoder-minutes", type=float)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def plan(stage, preset, minutes):
    chosen = config.PLANS[stage, preset]
    return {**chosen, "minutes": minutes} if minutes else chosen


def main():
    args = parse()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    device = "cuda" if args.preset == "gpu" else "cpu"
    folder = Path(args.checkpoints) / args.preset
    folder.mkdir(parents=True, exist_ok=True)
    pictures, words = faces.load(args.data, "train")
    file = open(folder / "train.log", "a", buffering=1)

    def log(line):
        file.write(f"{time.strftime('%H:%M:%S')} {line}\n")

    vae = autoencoder.train(pictures, args.preset, folder, device, log, plan("autoencoder", args.preset, args.autoencoder_minutes))
    if args.until == "autoencoder":
        return
    path = folder / "latents.pt"
    if not path.exists():
        held, _ = faces.load(args.data, "heldout")
        log(f"autoencoder on {len(held)} held-out pictures: PSNR {autoencoder.psnr(vae, held, device):.2f} dB")
        latents = autoencoder.encode(vae, pictures, device)
        torch.save(dict(latents=latents, scale=1 / latents.std().item()), path)
        log(f"latents: mean by channel {latents.mean((0, 2, 3)).tolist()}, deviation {latents.std().item():.4f}")
    if args.until == "latents":
        return
    kept = torch.load(path, weights_only=True)
    if not (folder / "tokenizer" / "vocab.json").exists():
        log(f"{vocabulary.write(folder / 'tokenizer', words)} pieces in the tokenizer")
    encoder = vocabulary.Encoder(folder / "tokenizer")
    denoiser.train(kept["latents"] * kept["scale"], words, encoder, args.preset, folder, device, log, plan("denoiser", args.preset, args.minutes))
    if args.until == "denoiser":
        return
    autoencoder.polish(vae, kept["latents"], pictures, folder, device, log, plan("decoder", args.preset, args.decoder_minutes))


if __name__ == "__main__":
    main()
