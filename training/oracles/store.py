"""Weights drawn anew and written as the libraries write them; arrays as base64 of little-endian float64."""

import base64
import copy
import json
import re
import shutil

import numpy as np
import torch

# Modules whose outputs are added to the stream of activations. A hundredth of them makes a wrong epsilon visible: with activations of about 1,
# 1e-5 in place of 1e-6 changes the result by 1e-10 only.
OUTPUTS = r"(^|\.)(conv_in|conv2|conv_shortcut|to_out\.0|proj_out|ff\.net\.2|downsamplers\.0\.conv|upsamplers\.0\.conv)\.(weight|bias)$"
TEXT_OUTPUTS = r"(token_embedding|position_embedding|out_proj|fc2)\.(weight|bias)$"


def reroll(model, seed):
    """Matrices N(0, 1/fan-in), norm weights 1 + 0.2 N, biases 0.2 N, tables 0.5 N, all rounded to float16. As initialised, norms would be 1
    and biases 0, and a reader that misses them would pass."""
    generator = torch.Generator().manual_seed(seed)
    tables = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, torch.nn.Embedding)}
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
            if name in tables or name.endswith("scale_shift_table"):
                value = 0.5 * noise
            elif name.endswith("bias"):
                value = 0.2 * noise
            elif parameter.dim() == 1:
                value = 1 + 0.2 * noise
            else:
                value = noise / parameter[0].numel() ** 0.5
            parameter.copy_(value.half())
    return model.eval()


def save(model, folder, dtype="float16", **options):
    if folder.exists():
        shutil.rmtree(folder)
    copy.deepcopy(model).to(getattr(torch, dtype)).save_pretrained(folder, safe_serialization=True, **options)


def scaled(model, pattern, factor=0.01):
    """A float64 copy with the weights that match multiplied, and the names."""
    model = copy.deepcopy(model)
    names = [name for name, _ in model.named_parameters() if re.search(pattern, name)]
    with torch.no_grad():
        for name in names:
            model.get_parameter(name).mul_(factor)
    return model, names


def array(value):
    numbers = np.ascontiguousarray(value.detach().double().numpy() if isinstance(value, torch.Tensor) else value).astype("<f8")
    if not np.isfinite(numbers).all():
        raise SystemExit("a value that is not finite")
    return {"shape": list(numbers.shape), "data": base64.b64encode(numbers.tobytes()).decode()}


def arrays(values):
    return {name: array(value) for name, value in values.items()}


class Watch:
    """Outputs of the named modules during one call."""

    def __init__(self, model, names):
        self.seen = {}
        self.handles = [model.get_submodule(name).register_forward_hook(self.hook(name)) for name in names]

    def hook(self, name):
        def keep(module, inputs, output):
            self.seen[name] = output[0] if isinstance(output, tuple) else output

        return keep

    def take(self):
        for handle in self.handles:
            handle.remove()
        return self.seen


def numbers(stored):
    return np.frombuffer(base64.b64decode(stored["data"]), "<f8").reshape(stored["shape"])


def write(folder, golden, name="golden.json"):
    (folder / name).write_text(json.dumps(golden, separators=(",", ":")) + "\n")
