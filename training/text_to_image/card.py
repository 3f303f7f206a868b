"""The model card, README.md of the exported folder."""

import sys

import config

TEXT = """---
license: other
library_name: diffusers
pipeline_tag: text-to-image
---

# Text to avatars, 64×64

A small text-to-image model in diffusers' layout: a CLIP-like text encoder, a `UNet2DConditionModel` and an `AutoencoderKL`, trained from
nothing on drawn faces whose captions were made from the options that drew them. It is a demonstration: it knows four styles of faces and about a
hundred words.

- Prompts: phrases in any order, or just one of them: `big smile, red curly hair, light blue background, style micah`, `blue hair`.
  Styles: {styles}. Colours of hair: {hair}. Backgrounds: {background}.
- {unet:,} parameters in the UNet, {text:,} in the text encoder, {vae:,} in the autoencoder, float16. At most {tokens} tokens, ends included.
- v-prediction, noise table of Stable Diffusion (`scaled_linear`, 0.00085…0.012); latents of 16×16×4; works well with 20 to 30 steps and a
  guidance of 2 to 4. Captions were dropped in 10 % of cases, so the empty prompt is the unconditional model.
- Never in training: {held}.
{figures}
## How it was made

`training/text_to_image/` in this repository has every script, `training/README.md` the command and the figures. One core of a shared
processor: {stages}.

## Limits

Words that the captions lack do nothing sensible. Small things (glasses, earrings, the shape of a mouth) come out wrong more often than
large ones (background, hair). Nobody real is shown; the drawings' few tones of skin and kinds of hair are what their designers offered or the
scripts named.

## Licence

The weights are derived from the designs below: keep these credits where the model or its pictures are shown. The scripts are under this
repository's licence.

{credits}
"""

# The rules of options.mjs in words.
HELD = (
    "blue hair with style micah, green hair with bigsmile, white hair with personas, grey hair with dylan; red hair before green, pink before "
    "light blue, blue before yellow and green before purple"
)


def credits(root):
    sys.path.append(str(root / "training"))
    from provenance import FACES

    line = "- `{}`: [{}]({}) by [{}]({}), {}; rendered at 64 px, learned by a network"
    return "\n".join(
        line.format(style.lower(), title, source, artist, link, licence.split(" (")[0]) for style, (title, artist, link, source, licence) in FACES.items()
    )


def table(figures):
    if not figures:
        return ""
    parts = list(next(iter(figures["parts"].values())))
    rows = [f"| {' | '.join(['', *parts])} |", f"| --- |{' --: |' * len(parts)}"]
    rows += [f"| {name} | {' | '.join(f'{found[part]:.1f}' for part in parts)} |" for name, found in figures["parts"].items()]
    return f"""
## Figures

The autoencoder gives held-out pictures back with a PSNR of {figures['reconstruction PSNR']} dB. A classifier trained on rendered pictures sees in
{figures['captions']} pictures what the caption says, in percent of the captions that name it ({figures['steps']} steps of DDIM):

""" + "\n".join(rows) + "\n"


def write(out, figures, stages, vae, net, root, words):
    count = lambda module: sum(weight.numel() for weight in module.parameters())
    names = lambda part: ", ".join(sorted({one[part] for one in words if part in one}))
    spent = "; ".join(f"{name} {stage['step']:,} steps in {stage['seconds'] / 60:.0f} minutes" for name, stage in stages.items())
    (out / "README.md").write_text(
        TEXT.format(
            styles=", ".join(f"`{name}`" for name in sorted({one["design"].lower() for one in words})),
            hair=names("hair"),
            background=names("background"),
            unet=count(net.unet),
            text=count(net.text),
            vae=count(vae),
            tokens=config.TOKENS,
            held=HELD,
            figures=table(figures),
            stages=spent,
            credits=credits(root),
        )
    )
