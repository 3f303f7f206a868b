"""What each family is given, and what is kept of its answer."""

import math

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, DiTTransformer2DModel, UNet2DConditionModel, UNet2DModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import exact
import families
import store

TIMES = [987.0, 41.25]
HEIGHT, WIDTH, TOKENS = 12, 8, 11


def noise(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def guidance_embedding(weights, channels):
    """LCM: sinusoids of 1000 (w - 1), frequencies over channels/2 - 1, sines first."""
    half = channels // 2
    rates = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float64) / (half - 1))
    angles = 1000 * (torch.tensor(weights, dtype=torch.float64) - 1)[:, None] * rates
    return torch.cat([torch.sin(angles), torch.cos(angles)], 1)


def unet_blocks(model):
    names = ["conv_in"]
    names += [f"down_blocks.{i}" for i in range(len(model.down_blocks))]
    names += ["mid_block"] if model.mid_block is not None else []
    names += [f"up_blocks.{i}" for i in range(len(model.up_blocks))]
    return [*names, "conv_norm_out"]


def call(model, blocks, run):
    """Named outputs of one run, and the intermediates."""
    watch = store.Watch(model, blocks)
    with torch.no_grad(), exact.double_precision():
        outputs = run(model)
    return {"outputs": store.arrays(outputs), "intermediates": store.arrays(watch.take())}


def golden(model, blocks, inputs, run, outputs_pattern=None):
    model = model.double()
    made = {"inputs": store.arrays(inputs), **call(model, blocks, run)}
    if outputs_pattern:
        small, names = store.scaled(model, outputs_pattern)
        made["small"] = {"factor": 0.01, "pattern": outputs_pattern, "scaled": names, **call(small, [], run)}
        del made["small"]["intermediates"]
    return made


def unet_inputs(name, config, height=HEIGHT, width=WIDTH):
    inputs = {"sample": noise(1, 2, config.get("in_channels", 3), height, width), "timestep": torch.tensor(TIMES, dtype=torch.float64)}
    if "cross_attention_dim" in config:
        inputs["encoder_hidden_states"] = noise(2, 2, TOKENS, config["cross_attention_dim"])
    if name == "cd":
        inputs["class_labels"] = torch.tensor([7, 2])
    if name == "lcm":
        inputs["guidance"] = torch.tensor([7.5, 2.25], dtype=torch.float64)
        inputs["timestep_cond"] = guidance_embedding([7.5, 2.25], config["time_cond_proj_dim"])
    if name == "sdxl":
        inputs["text_embeds"] = noise(3, 2, 20)
        inputs["time_ids"] = torch.tensor([[96.0, 64.0, 3.0, 5.0, 80.0, 72.0], [64.0, 64.0, 0.0, 0.0, 64.0, 64.0]], dtype=torch.float64)
    return inputs


def unet_run(inputs):
    extra = {key: inputs[key] for key in ("encoder_hidden_states", "class_labels", "timestep_cond") if key in inputs}
    if "text_embeds" in inputs:
        extra["added_cond_kwargs"] = {key: inputs[key] for key in ("text_embeds", "time_ids")}
    return lambda model: {"sample": model(inputs["sample"], inputs["timestep"], **extra).sample}


def unet(name):
    """The checkpoint and its golden values; three-level ones once more at a size that 4 does not divide."""
    conditional = name in families.CONDITIONAL
    config = (families.CONDITIONAL if conditional else families.UNCONDITIONAL)[name]
    model = (UNet2DConditionModel if conditional else UNet2DModel)(**config)
    store.reroll(model, 100 + len(name))

    def make(model):
        inputs = unet_inputs(name, config)
        made = golden(model, unet_blocks(model), inputs, unet_run(inputs), store.OUTPUTS)
        if name == "sd1":
            odd = unet_inputs(name, config, 10, 6)
            made["odd"] = {"inputs": store.arrays({"sample": odd["sample"]}), **call(model.double(), [], unet_run(odd))}
            del made["odd"]["intermediates"]
        return made

    return model, make


def vae():
    model = store.reroll(AutoencoderKL(**families.VAE), 21)
    inputs = {"sample": noise(4, 2, 3, 16, 8).tanh(), "latent": noise(5, 2, 4, 4, 2)}

    def blocks(model):
        sides = [("encoder", len(model.encoder.down_blocks), "down_blocks"), ("decoder", len(model.decoder.up_blocks), "up_blocks")]
        for side, count, levels in sides:
            middle = [f"{side}.{levels}.{i}" for i in range(count)]
            yield from [f"{side}.conv_in", f"{side}.mid_block", *middle, f"{side}.conv_norm_out"]

    def run(model):
        moments = model.quant_conv(model.encoder(inputs["sample"]))
        posterior = model.encode(inputs["sample"]).latent_dist
        decoded = model.decode(inputs["latent"]).sample
        return {"moments": moments, "mean": posterior.mean, "logvar": posterior.logvar, "decoded": decoded}

    return model, lambda model: golden(model, list(blocks(model)), inputs, run, store.OUTPUTS)


def taesd():
    model = store.reroll(AutoencoderTiny(**families.TAESD), 22)
    inputs = {"sample": noise(6, 2, 3, 16, 8).tanh(), "latent": 3 * noise(7, 2, 4, 4, 2)}

    def run(model):
        return {"latents": model.encode(inputs["sample"]).latents, "decoded": model.decode(inputs["latent"]).sample}

    def blocks(model):
        return [f"{side}.layers.{i}" for side in ("encoder", "decoder") for i in range(len(getattr(model, side).layers))]

    return model, lambda model: golden(model, blocks(model), inputs, run)


def clip(name):
    projected, config = families.CLIP[name]
    model = (CLIPTextModelWithProjection if projected else CLIPTextModel)(CLIPTextConfig(**config))
    store.reroll(model, 31 + projected)
    # The largest id is the end of the text, as in published vocabularies; what follows is padding, with id 0 and with the end's id.
    body = torch.randint(3, 598, (2, 9), generator=torch.Generator().manual_seed(8))
    ids = torch.cat([torch.full((2, 1), 598), body, torch.full((2, 1), 599), torch.tensor([[0] * 5, [599] * 5])], 1)

    def run(model):
        answer = model(input_ids=ids, output_hidden_states=True)
        outputs = {"last_hidden_state": answer.last_hidden_state, "penultimate": answer.hidden_states[-2]}
        outputs.update({"text_embeds": answer.text_embeds} if projected else {"pooler_output": answer.pooler_output})
        return {**outputs, **{f"hidden_states.{i}": state for i, state in enumerate(answer.hidden_states[:-2])}}

    return model, lambda model: golden(model, [], {"input_ids": ids}, run, store.TEXT_OUTPUTS)


def dit():
    model = store.reroll(DiTTransformer2DModel(**families.DIT), 41)
    # Published files hold one table of times and classes, repeated in every block.
    shared = model.transformer_blocks[0].norm1.emb.state_dict()
    for block in model.transformer_blocks:
        block.norm1.emb.load_state_dict(shared)
    inputs = {"sample": noise(9, 2, 4, 8, 8), "timestep": torch.tensor(TIMES, dtype=torch.float64), "class_labels": torch.tensor([7, 10])}

    def make(model):
        model = model.double()
        exact.exact_positions(model.pos_embed)
        run = lambda model: {"sample": model(inputs["sample"], inputs["timestep"], inputs["class_labels"]).sample}
        return golden(model, ["pos_embed", "transformer_blocks.0", "transformer_blocks.1"], inputs, run)

    return model, make


FAMILIES = {name: (lambda name=name: unet(name)) for name in [*families.UNCONDITIONAL, *families.CONDITIONAL]}
FAMILIES.update(vae=vae, taesd=taesd, dit=dit)
FAMILIES.update({name: (lambda name=name: clip(name)) for name in families.CLIP})
