"""Whole runs of diffusers' schedulers on the tiny checkpoints, in float64, with given noise.

    python training/oracles/pipelines.py

Writes training/golden-diffusers/pipelines.json. The checkpoints are read from the folders beside it (make.py first).
"""

import contextlib
import importlib
import json
import logging
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel, UNet2DModel
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

import families
import networks
import store
from exact import double_precision
from schedules import RUNS

FOLDER = Path(__file__).resolve().parent.parent / "golden-diffusers"


@contextlib.contextmanager
def schedules_in_float64():
    """Schedulers name float32 for their tables; here, every float32 that their code names is float64."""
    kept = torch.float32, torch.Tensor.float, np.float32
    torch.set_default_dtype(torch.float64)
    torch.float32, torch.Tensor.float, np.float32 = torch.float64, torch.Tensor.double, np.float64
    try:
        yield
    finally:
        torch.float32, torch.Tensor.float, np.float32 = kept
        torch.set_default_dtype(torch.float32)


@contextlib.contextmanager
def given_noise(scheduler_name, noises):
    """Schedulers that draw noise take it from `noises`, in order; what is drawn is counted."""
    module = importlib.import_module(getattr(diffusers, scheduler_name).__module__)
    if not hasattr(module, "randn_tensor"):
        yield
        return
    kept, left = module.randn_tensor, list(noises)
    module.randn_tensor = lambda shape, **_: left.pop(0)
    try:
        yield
    finally:
        module.randn_tensor = kept


def load(family):
    kind = UNet2DConditionModel if family in families.CONDITIONAL else UNet2DModel
    return kind.from_pretrained(FOLDER / family, variant=families.STORED.get(family, {}).get("variant"), torch_dtype=torch.float64).eval()


def inputs_of(family, config, guidance):
    made = {"noise": networks.noise(50, 2, config.in_channels, networks.HEIGHT, networks.WIDTH)}
    if "cross_attention_dim" in config:
        made["encoder_hidden_states"] = networks.noise(51, 2, networks.TOKENS, config.cross_attention_dim)
    if family not in ("lcm", "ddpm", "cd") and guidance > 1:
        made["unconditional"] = networks.noise(52, 2, networks.TOKENS, config.cross_attention_dim)
    if family == "cd":
        made["class_labels"] = torch.tensor([7, 2])
    if family == "lcm":
        made["timestep_cond"] = networks.guidance_embedding([guidance] * 2, config.time_cond_proj_dim)
    if family in ("lcm", "cd"):
        # Ten are enough for the longest run; each takes them from the first on.
        made["step_noise"] = networks.noise(53, 10, *made["noise"].shape)
    return made


def output_of(net, x, t, given, guidance, more):
    """One prediction as the pipelines make it: without a text, with it, both for guidance."""
    extra = {name: given[name] for name in ("class_labels", "timestep_cond") if name in given}
    if "unconditional" in given:
        both = torch.cat([given["unconditional"], given["encoder_hidden_states"]])
        free, said = net(torch.cat([x, x]), t, both).sample.chunk(2)
        out = free + guidance * (said - free)
        return rescale_noise_cfg(out, said, more["guidance_rescale"]) if "guidance_rescale" in more else out
    context = [given["encoder_hidden_states"]] if "encoder_hidden_states" in given else []
    return net(x, t, *context, **extra).sample


@torch.no_grad()
def run(name):
    family, kind, settings, steps, guidance, more = RUNS[name]
    net = load(family)
    with schedules_in_float64(), double_precision():
        scheduler = getattr(diffusers, kind)(**settings)
        scheduler.set_timesteps(timesteps=more["timesteps"]) if "timesteps" in more else scheduler.set_timesteps(steps)
        given = inputs_of(family, net.config, guidance)
        x = given["noise"] * scheduler.init_noise_sigma
        path = []
        with given_noise(kind, given.get("step_noise", [])):
            for t in scheduler.timesteps:
                out = output_of(net, scheduler.scale_model_input(x, t), t.double(), given, guidance, more)
                answer = scheduler.step(out, t, x)
                x = answer.prev_sample
                path.append(x)
        # LCM's result is the last denoised picture, as its pipeline returns it.
        final = answer.denoised if kind == "LCMScheduler" else x
        if x.dtype != torch.float64 or not torch.isfinite(final).all():
            raise SystemExit(f"{name}: {x.dtype}, or a value that is not finite")
        check(name, net, scheduler, given, guidance, more, final)
    sigmas = getattr(scheduler, "sigmas", None)
    # The first step shows whether a run that ends elsewhere also began elsewhere.
    outputs = {"after-1": path[0], "final": final}
    tables = {"timesteps": scheduler.timesteps.double(), **({} if sigmas is None else {"sigmas": sigmas.double()})}
    described = dict(network=family, scheduler=dict(_class_name=kind, **settings), guidance=guidance, **more)
    described["init_noise_sigma"] = float(scheduler.init_noise_sigma)
    return dict(**described, inputs=store.arrays(given), tables=store.arrays(tables), outputs=store.arrays(outputs))


def check(name, net, scheduler, given, guidance, more, final):
    """The same run by diffusers' own pipeline, where its inputs allow that: our loop must be its loop."""
    if RUNS[name][0] not in ("sd1", "sd2"):
        return
    fresh = type(scheduler).from_config(scheduler.config)
    vae = AutoencoderKL(block_out_channels=(4,), norm_num_groups=2)
    pipeline = StableDiffusionPipeline(vae, None, None, net, fresh, None, None, requires_safety_checker=False)
    pipeline.vae_scale_factor, pipeline.check_inputs = 1, lambda *_, **__: None  # a size of 12x8 latents
    pipeline.set_progress_bar_config(disable=True)
    result = pipeline(
        prompt_embeds=given["encoder_hidden_states"],
        negative_prompt_embeds=given.get("unconditional"),
        latents=given["noise"].clone(),
        num_inference_steps=RUNS[name][3],
        guidance_scale=guidance,
        guidance_rescale=more.get("guidance_rescale", 0.0),
        height=networks.HEIGHT,
        width=networks.WIDTH,
        output_type="latent",
    ).images
    off = ((result - final).square().sum() / final.square().sum()).item()
    if not off < 1e-24:
        raise SystemExit(f"{name}: diffusers' pipeline differs by an NMSE of {off}")


def shared(runs):
    """Inputs that runs of one network have in common, once."""
    inputs = {}
    for found in runs.values():
        common = inputs.setdefault(found["network"], {})
        own = found["inputs"]
        for name in [name for name in own if common.setdefault(name, own[name]) == own[name]]:
            del own[name]
    return {"inputs": inputs, "runs": runs}


def main():
    torch.set_num_threads(1)
    diffusers.utils.logging.set_verbosity_error()
    logging.disable(logging.WARNING)
    made = {name: run(name) for name in RUNS}
    for name, found in made.items():
        print(name, found["network"], store.numbers(found["tables"]["timesteps"]).round(3).tolist())
    store.write(FOLDER, shared(made), "pipelines.json")


if __name__ == "__main__":
    main()
