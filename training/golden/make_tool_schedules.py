"""Writes src/schedules/goldenTools.json: schedules that tools know by name, in float64. `lcm`, `flux` and `terminal` are
diffusers' own classes, quantiles are SciPy's, interpolation is NumPy's; `bong_tangent`, `smoothstep` and `turbo` are
written down here from their descriptions, as arrays.
"""
import json
import pathlib

import diffusers
import numpy as np
import scipy
from scipy import stats

ROOT = pathlib.Path(__file__).resolve().parents[2]
RANGE = {"min": 0.02, "max": 20.0}
FLOW = {"min": 0.001, "max": 5000.0}
rows = []


def add(schedule, params, steps, sigmas, span=RANGE):
    rows.append({"schedule": schedule, "params": params, "steps": steps, "range": span, "sigmas": [float(s) for s in sigmas]})


def table(name):
    betas = {
        "sd": np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2,
        "ddpm": np.linspace(1e-4, 0.02, 1000),
    }[name]
    kept = np.cumprod(1 - betas)
    return np.sqrt((1 - kept) / kept)


for original in (50, 25, 100):
    for n in (1, 2, 4, 7, 10, 25):
        scheduler = diffusers.LCMScheduler(original_inference_steps=original)
        scheduler.set_timesteps(n, original_inference_steps=original)
        times = scheduler.timesteps.numpy().astype(int)
        for name in ("sd", "ddpm"):
            add("lcm", {"original": original, "table": name}, n, [*table(name)[times], 0])


def flow(n, mu=None, **config):
    """The times of FlowMatchEulerDiscreteScheduler as pipelines ask for them, its arithmetic in float64."""
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=mu is not None, **config)
    given = np.linspace(1.0, 1 / n, n)
    if mu is None:  # set_timesteps shifts given times once
        t = config["shift"] * given / (1 + (config["shift"] - 1) * given)
    else:
        t = scheduler.time_shift(mu, 1.0, given)
    if scheduler.config.shift_terminal:
        import torch

        t = scheduler.stretch_shift_to_terminal(torch.from_numpy(t)).numpy()
    levels = t[1:] / (1 - t[1:])
    return [FLOW["max"], *levels, 0]


for tokens in (256, 1024, 4096, 9216):
    slope = (1.15 - 0.5) / (4096 - 256)
    for n in (1, 4, 9, 20):
        add("flux", {"tokens": tokens}, n, flow(n, mu=tokens * slope + 0.5 - slope * 256), FLOW)
for shift, terminal in ((1.0, 0.1), (3.0, 0.1), (2.5, 0.02)):
    for n in (2, 5, 12):
        add("flow_shift", {"shift": shift, "terminal": terminal}, n, flow(n, shift=shift, shift_terminal=terminal), FLOW)

for mu, beta in ((0.0, 0.5), (0.7, 0.3), (-0.4, 0.8)):
    for n in (3, 10, 21):
        u = np.linspace(0, 1, n)[1:-1]
        add("laplace", {"mu": mu, "beta": beta}, n, [20, *np.exp(stats.laplace.ppf(1 - u, mu, beta)), 0.02, 0])
for m, s in ((0.0, 1.0), (0.5, 0.8), (-0.6, 1.2)):
    for n in (3, 10, 21):
        u = np.linspace(0, 1, n)[1:-1]
        add("logit_normal", {"m": m, "s": s}, n, [20, *np.exp(stats.norm.ppf(1 - u, m, s)), 0.02, 0])

for n in (1, 2, 5, 10, 30):
    u = 1 - np.arange(n) / n
    times = np.rint((3 * u**2 - 2 * u**3) * 999).astype(int)
    assert len(set(times)) == n
    for name in ("sd", "ddpm"):
        add("smoothstep", {"table": name}, n, [*table(name)[times], 0])
for n in (1, 2, 4, 10):
    times = np.flip(np.arange(1, 11) * 100 - 1)[:n]
    for name in ("sd", "ddpm"):
        add("turbo", {"table": name}, n, [*table(name)[times], 0])


def bong(n, pivot, slope):
    places = n + 2
    turn = int(places * pivot)
    steep = slope / (places / 40)

    def piece(count, at, top, bottom):
        value = np.arctan(-steep * (np.arange(count) - at)) / np.pi + 0.5
        return (value - value[-1]) / (value[0] - value[-1]) * (top - bottom) + bottom

    middle = (RANGE["min"] + RANGE["max"]) / 2
    both = np.concatenate([piece(turn, turn, RANGE["max"], middle)[:-1], piece(places - turn, 0, middle, RANGE["min"])])
    return [*both[:n], 0]


for n in (2, 6, 8, 10, 20, 35):
    add("bong_tangent", {}, n, bong(n, 0.6, 0.2))
    if n > 2:
        add("bong_tangent", {"pivot": 0.4, "slope": 0.5}, n, bong(n, 0.4, 0.5))

FLUX = [0.9968, 0.9886, 0.9819, 0.975, 0.966, 0.9471, 0.9158, 0.8287, 0.5512, 0.2808, 0.001]
for n in (1, 4, 10, 13):
    t = np.exp(np.interp(np.linspace(0, 1, n + 1), np.linspace(0, 1, len(FLUX)), np.log(FLUX)))[:n]
    add("optimal_steps", {"model": "flux"}, n, [FLOW["max"], *(t / (1 - t))[1:], 0], FLOW)

for power in (2.0, 3.0):
    for n in (2, 7, 12):
        beta_d, beta_min = 19.9, 0.1
        t = lambda s: (np.sqrt(beta_min**2 + 2 * beta_d * np.log1p(s * s)) - beta_min) / beta_d  # noqa: E731
        at = np.linspace(t(20.0) ** (1 / power), t(0.02) ** (1 / power), n) ** power
        add("vp", {"power": power}, n, [*np.sqrt(np.expm1(beta_d * at**2 / 2 + beta_min * at)), 0])
for c in (0.5, 3.0):
    for n in (2, 7, 12):
        add("kl_optimal", {"c": c}, n, [*(c * np.tan(np.linspace(np.arctan(20 / c), np.arctan(0.02 / c), n))), 0])

versions = f"diffusers {diffusers.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}"
out = {"command": f"python training/golden/make_tool_schedules.py ({versions})"}
lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
path = ROOT / "src/schedules/goldenTools.json"
path.write_text(json.dumps(out)[:-1] + ',"rows":[\n' + lines + "\n]}\n")
print(len(rows), "rows")
