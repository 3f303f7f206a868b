"""The exported folder, read by diffusers alone, must draw what our own sampler draws: python training/text_to_image/check.py"""

import argparse
import random
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline

import captions
import config
import denoiser
import faces
import finished

ROOT = Path(__file__).resolve().parent.parent.parent
PROMPTS = ["red curly hair, big smile, light blue background, style micah", "blue hair", "A  grumpy PIRATE, don't! 3"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="cpu")
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--folder", default=str(ROOT / "public/models/text-avatars"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    vae, net, encoder, scale, _ = finished.load(args.checkpoints, args.preset)
    pipeline = StableDiffusionPipeline.from_pretrained(args.folder, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)

    chance = random.Random(4)
    texts = [captions.caption(words, chance) for words in faces.load(args.data, "heldout")[1]] + PROMPTS
    ids = pipeline.tokenizer(texts, padding="max_length", max_length=config.TOKENS, truncation=True)["input_ids"]
    wrong = [text for text, known in zip(texts, ids) if encoder(text) != known]
    if wrong:
        raise SystemExit(f"{len(wrong)} texts have other ids, the first is {wrong[0]!r}")

    start = torch.randn(len(PROMPTS), 4, config.LATENT, config.LATENT, generator=torch.Generator().manual_seed(0))
    theirs = pipeline(PROMPTS, num_inference_steps=10, guidance_scale=3.0, latents=start, output_type="pt").images
    with torch.no_grad():
        ours = (vae.decode(denoiser.sample(net, encoder, PROMPTS, scale, steps=10, guidance=3.0, seed=0)).sample / 2 + 0.5).clamp(0, 1)
    off = (theirs - ours).abs().max().item()
    print(f"{len(texts)} texts have the same ids; three pictures differ by {off:.1e} at most")
    if off > 1e-3:
        raise SystemExit("the exported folder draws something else")


if __name__ == "__main__":
    main()
