"""Writes src/samplers/guidance/golden.json: what diffusers' guiders make of three predictions in a row, of two samples, in
float64. They act on whatever a network predicts; which of its forms that is here, the test says.

* `use_original_formulation` of AdaptiveProjectedGuidance is the paper's: D_c + scale * update, so that scale is w - 1.
* `cfg_zero_star_scale` adds up in float32: those rows agree to seven digits.
"""
import json
import math
from pathlib import Path

import torch
from diffusers.guiders import AdaptiveProjectedGuidance, ClassifierFreeGuidance, ClassifierFreeZeroStarGuidance

SAMPLES, NUMBERS, STEPS = 2, 12, 3


def prediction(phase: float, size: float, step: int) -> torch.Tensor:
    return torch.tensor(
        [[size * math.sin(1.3 * i + phase + 0.7 * step + 2.1 * s) + 0.1 * s for i in range(NUMBERS)] for s in range(SAMPLES)],
        dtype=torch.float64,
    )


def run(guider) -> list:
    out = []
    for step in range(STEPS):
        guider.set_state(step=step, num_inference_steps=STEPS, timestep=torch.tensor(step))
        guider.prepare_inputs({})
        out.append(guider.forward(prediction(0.0, 1.0, step), prediction(2.0, 0.6, step)).pred.flatten().tolist())
    return out


def apg(w, eta, r, beta, phi=0.0):
    guider = AdaptiveProjectedGuidance(
        guidance_scale=w - 1,
        adaptive_projected_guidance_momentum=beta or None,
        adaptive_projected_guidance_rescale=r,
        eta=eta,
        guidance_rescale=phi,
        use_original_formulation=True,
    )
    return {"method": "apg", "params": {"w": w, "eta": eta, "r": r, "beta": beta, "phi": phi}, "outputs": run(guider)}


def zero(w, steps, phi=0.0):
    guider = ClassifierFreeZeroStarGuidance(guidance_scale=w, zero_init_steps=steps, guidance_rescale=phi)
    params = {"w": w, "zero": steps / STEPS, "phi": phi}
    return {"method": "cfg_zero", "params": params, "outputs": run(guider)}


def cfg(w, phi):
    guider = ClassifierFreeGuidance(guidance_scale=w, guidance_rescale=phi)
    return {"method": "cfg", "params": {"w": w, "phi": phi}, "outputs": run(guider)}


rows = [
    apg(4.0, 0.0, 0.0, 0.0),
    apg(7.5, 1.0, 1.5, 0.0),
    apg(7.0, 0.3, 1.5, -0.5),
    apg(7.0, 0.0, 0.0, -0.75, 0.6),
    zero(4.0, 0),
    zero(7.0, 1),
    cfg(7.5, 0.0),
    cfg(7.5, 0.7),
]
inputs = {name: [prediction(*of, step).flatten().tolist() for step in range(STEPS)] for name, of in {"class": (0.0, 1.0), "null": (2.0, 0.6)}.items()}
out = {"command": "python training/golden/make_guidance.py", "numbers": NUMBERS, "inputs": inputs, "rows": rows}
Path(__file__).parents[2].joinpath("src/samplers/guidance/golden.json").write_text(json.dumps(out) + "\n")
