"""Writes the trained model as a diffusers folder in float16: python training/text_to_image/export.py [--out public/models/text-avatars].

Also writes golden values (training/golden-diffusers/text-avatars.json): one prompt from ids to pixels, by diffusers in float64.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from transformers import CLIPTokenizer

import card
import config
import faces
import finished
import manifest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "training" / "oracles"))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="cpu")
    parser.add_argument("--data", default="build/training/text-to-image")
    parser.add_argument("--checkpoints", default="build/checkpoints/text-to-image")
    parser.add_argument("--out", default=str(ROOT / "public/models/text-avatars"))
    parser.add_argument("--golden", default=str(ROOT / "training/golden-diffusers/text-avatars.json"))
    return parser.parse_args()


def scheduler():
    return DDIMScheduler(**config.SCHEDULE, clip_sample=False, set_alpha_to_one=True, timestep_spacing="trailing", steps_offset=1)


def plain(config_file, **more):
    """The library notes where it loaded parts from; the folder should not say."""
    kept = {name: value for name, value in json.loads(config_file.read_text()).items() if name != "_name_or_path"}
    config_file.write_text(json.dumps({**kept, **more}, indent=2) + "\n")


def write(out, folder, vae, net):
    shutil.rmtree(out, ignore_errors=True)
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    pipeline = StableDiffusionPipeline(vae, net.text, tokenizer, net.unet, scheduler(), None, None, requires_safety_checker=False)
    pipeline.to(dtype=torch.float16).save_pretrained(out)
    pipeline.to(dtype=torch.float32)
    # Only what CLIPTokenizer of every version reads; tokenizer.json would say the same again.
    shutil.rmtree(out / "tokenizer")
    shutil.copytree(folder / "tokenizer", out / "tokenizer")
    for part in ("unet", "vae", "text_encoder"):
        plain(out / part / "config.json")


@torch.no_grad()
def golden(path, vae, net, encoder, scale):
    import exact
    import store

    prompt = "red curly hair, big smile, light blue background, style micah"
    ids = torch.tensor([encoder(prompt), encoder("")])
    text, unet, decoder = net.text.double(), net.unet.double(), vae.double()
    x = torch.randn(1, 4, config.LATENT, config.LATENT, generator=torch.Generator().manual_seed(60), dtype=torch.float64)
    with exact.double_precision():
        states = text(ids).last_hidden_state
        outputs = {"text": states, "unet": unet(torch.cat([x, x]), torch.tensor([640.5, 640.5], dtype=torch.float64), states).sample}
        outputs["decoded"] = decoder.decode(x / scale).sample
    made = dict(prompt=prompt, scaling_factor=scale, inputs=store.arrays(dict(ids=ids, latent=x)), time=640.5, outputs=store.arrays(outputs))
    store.write(path.parent, made, path.name)


def main():
    args = parse()
    torch.set_num_threads(1)
    out, folder = Path(args.out), Path(args.checkpoints) / args.preset
    vae, net, encoder, scale, stages = finished.load(args.checkpoints, args.preset)
    write(out, folder, vae, net)
    figures = folder / "figures.json"
    card.write(out, json.loads(figures.read_text()) if figures.exists() else None, stages, vae, net, ROOT, faces.load(args.data, "train")[1])
    manifest.write(out)
    golden(Path(args.golden), vae, net, encoder, scale)
    for file in sorted(out.rglob("*")):
        if file.is_file():
            print(f"{file.relative_to(out)}: {file.stat().st_size}")
    print(f"in all {sum(file.stat().st_size for file in out.rglob('*') if file.is_file()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
