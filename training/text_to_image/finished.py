"""The trained networks from their checkpoints (the averaged weights), rounded to float16: what is exported is what is measured."""

from pathlib import Path

import torch

import autoencoder
import networks
import vocabulary


def rounded(state):
    return {name: value.half().float() if value.is_floating_point() else value for name, value in state.items()}


def load(folder, preset):
    """Networks, tokenizer, scaling factor, and how far each stage went."""
    folder = Path(folder) / preset
    read = lambda name: torch.load(folder / f"{name}.pt", map_location="cpu", weights_only=True)
    states = {name: read(name) for name in ("autoencoder", "denoiser")}
    vae = networks.autoencoder(preset)
    vae.load_state_dict(states["autoencoder"]["ema"])
    if (folder / "decoder.pt").exists():
        states["decoder"] = read("decoder")
        autoencoder.Decoder(vae).load_state_dict(states["decoder"]["ema"])
    vae.load_state_dict(rounded(vae.state_dict()))
    encoder = vocabulary.Encoder(folder / "tokenizer")
    net = networks.Conditioned(preset, len(encoder.ids))
    net.load_state_dict(rounded(states["denoiser"]["ema"]))
    scale = round(read("latents")["scale"], 5)
    vae.register_to_config(scaling_factor=scale)
    stages = {name: {key: state[key] for key in ("step", "seconds", "loss")} for name, state in states.items()}
    return vae.eval(), net.eval(), encoder, scale, stages
