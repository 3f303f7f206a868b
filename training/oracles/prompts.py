"""What diffusers' own pipelines make around the network: embeddings of prompts, guided predictions of DiT, starting noise.

    python training/oracles/prompts.py

Writes training/golden-diffusers/prompts.json. The text encoders and DiT are the tiny checkpoints beside it (make.py first), the vocabulary is
the first merges of ../golden-tokenizers/clip.json, as src/engine/pipeline/testing.ts makes it.
"""

import json
from pathlib import Path
from types import SimpleNamespace

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, DDIMScheduler, DiTPipeline, DiTTransformer2DModel, StableDiffusionPipeline, StableDiffusionXLPipeline
from diffusers.utils.torch_utils import randn_tensor
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

import networks
import store
from exact import double_precision, exact_positions

FOLDER = Path(__file__).resolve().parent.parent / "golden-diffusers"
LENGTH = 12
PROMPT, NEGATIVE = "a red hat, thin lips", "thin!"


def tokenizer(pad):
    """Bytes, bytes that end a word, 80 merges, the two ends."""
    lines = json.loads((FOLDER.parent / "golden-tokenizers" / "clip.json").read_text())["merges"].split("\n")
    merges = [line for line in lines if " " in line and not line.startswith("#")][:80]
    plain = lambda b: 33 <= b <= 126 or 161 <= b <= 172 or b >= 174
    shifted = iter(range(256, 512))
    chars = [chr(b) if plain(b) else chr(next(shifted)) for b in range(256)]
    tokens = chars + [c + "</w>" for c in chars] + [m.replace(" ", "") for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocab = {token: i for i, token in enumerate(tokens)}
    return CLIPTokenizer(vocab=vocab, merges=[tuple(m.split(" ")) for m in merges], pad_token=pad, model_max_length=LENGTH)


def read(kind, folder):
    return kind.from_pretrained(FOLDER / folder, torch_dtype=torch.float64).eval()


def ids(token, texts):
    return [token(text, padding="max_length", truncation=True, max_length=LENGTH)["input_ids"] for text in texts]


def one_encoder():
    """Stable Diffusion 1 and 2: clip_skip counts for the prompt alone."""
    first = tokenizer("<|endoftext|>")
    encoder = read(CLIPTextModel, "clip-quick")
    # Where the pipeline looks for the final norm; transformers 5 has it one level higher.
    encoder.__dict__["text_model"] = encoder
    pipe = StableDiffusionPipeline(None, encoder, first, None, None, None, None, requires_safety_checker=False)
    arrays = {}
    for skip in (None, 1, 2):
        prompt, negative = pipe.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE, clip_skip=skip)
        arrays[f"prompt-{skip or 0}"] = prompt[0]
        arrays[f"negative-{skip or 0}"] = negative[0]
    return {"ids": ids(first, [PROMPT, NEGATIVE]), "outputs": store.arrays(arrays)}


def two_encoders():
    first, second = tokenizer("<|endoftext|>"), tokenizer("!")
    parts = dict(vae=None, unet=None, scheduler=None, tokenizer=first, tokenizer_2=second)
    encoders = dict(text_encoder=read(CLIPTextModel, "clip-quick"), text_encoder_2=read(CLIPTextModelWithProjection, "clip-projection"))
    arrays = {}
    for name, zeros, negative, skip in (("typed", True, NEGATIVE, None), ("zeros", True, None, None), ("empty", False, None, None), ("skip", True, NEGATIVE, 1)):
        pipe = StableDiffusionXLPipeline(**parts, **encoders, force_zeros_for_empty_prompt=zeros)
        made = pipe.encode_prompt(PROMPT, device="cpu", negative_prompt=negative, clip_skip=skip)
        for part, value in zip(("prompt", "negative", "pooled", "negative-pooled"), made):
            arrays[f"{name}.{part}"] = value[0]
    pipe.unet = SimpleNamespace(config=SimpleNamespace(addition_time_embed_dim=8), add_embedding=SimpleNamespace(linear_1=SimpleNamespace(in_features=6 * 8 + 24)))
    numbers = pipe._get_add_time_ids((48, 32), (3, 5), (64, 96), torch.float64, 24)
    return {"ids": [ids(first, [PROMPT, NEGATIVE]), ids(second, [PROMPT, NEGATIVE])], "time_ids": numbers[0].tolist(), "outputs": store.arrays(arrays)}


class Spy(DDIMScheduler):
    """Keeps what the pipeline hands to a step."""

    def step(self, model_output, t, sample, **more):
        self.seen.append((float(t), sample, model_output))
        return SimpleNamespace(prev_sample=sample)


def transformer():
    """The pipeline calls "no class" 1000, as the published network does; this one has ten classes."""
    model = read(DiTTransformer2DModel, "dit")
    exact_positions(model.pos_embed)
    call = model.forward
    model.forward = lambda x, timestep, class_labels: call(x, timestep=timestep, class_labels=class_labels.clamp(max=10))
    return model


def guided():
    scheduler = Spy(beta_schedule="linear", beta_start=0.0001, beta_end=0.02, clip_sample=False)
    scheduler.seen = []
    pipe = DiTPipeline(transformer(), read(AutoencoderKL, "vae"), scheduler)
    pipe.set_progress_bar_config(disable=True)
    with double_precision():
        pipe([3, 7], guidance_scale=4.0, num_inference_steps=2, generator=torch.Generator().manual_seed(5))
    t, sample, output = scheduler.seen[0]
    return {"labels": [3, 7], "guidance": 4.0, "time": t, "inputs": store.arrays({"sample": sample[:2]}), "outputs": store.arrays({"noise": output[:2]})}


def starts():
    """Several calls of one generator, and of one generator a picture."""
    cases = []
    for shape in ((2, 4, 3, 5), (3, 4, 8, 8), (2, 1, 3, 3), (3, 3, 1, 1)):
        for per_picture in (False, True):
            generators = [torch.Generator("cpu").manual_seed(41 + i) for i in range(shape[0])]
            generator = generators if per_picture else generators[0]
            draws = [randn_tensor(shape, generator=generator).flatten() for _ in range(4)]
            cases.append({"seed": 41, "shape": shape, "perPicture": per_picture, "draws": store.array(torch.stack(draws))})
    return cases


def main():
    torch.set_num_threads(1)
    diffusers.utils.logging.set_verbosity_error()
    versions = {"torch": torch.__version__, "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    with torch.no_grad():
        made = {"prompt": PROMPT, "negative": NEGATIVE, "one": one_encoder(), "two": two_encoders(), "dit": guided(), "starts": starts()}
    store.write(FOLDER, {"command": "python training/oracles/prompts.py", "versions": versions, **made}, "prompts.json")


if __name__ == "__main__":
    main()
