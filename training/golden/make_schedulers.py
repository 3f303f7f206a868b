"""Writes src/models/diffusers/goldenSchedulers.json: noise tables, times, levels and whole runs of diffusers' schedulers.

The scheduler modules are loaded from their own source with the word float32 replaced by float64, as in make_golden.py; no
formula is touched. A run begins at four fixed numbers times the scheduler's own start; the network is
F(x, t) = sin(1.3 x + t/300); the k-th noise vector is 1.5 sin(12.9898 (k + 1) + 4.1414 e), e the element.
"""
import json
import pathlib
import sys
import types

import diffusers
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
ROOT = pathlib.Path(__file__).resolve().parents[2]
Z = torch.tensor([[0.3, -1.1, 0.7, 1.9]])
STEPS = (1, 2, 3, 4, 10, 20)
FEW = (1, 3, 10)


class Noise:
    def __init__(self):
        self.count = 0

    def __call__(self, *_args, **_kwargs):
        self.count += 1
        return (1.5 * torch.sin(12.9898 * self.count + 4.1414 * torch.arange(Z.numel()))).reshape(Z.shape)


def load(name):
    path = pathlib.Path(diffusers.__file__).parent / "schedulers" / f"scheduling_{name}.py"
    module = types.ModuleType(f"diffusers.schedulers.golden_{name}")
    module.__package__ = "diffusers.schedulers"
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(path.read_text().replace("float32", "float64"), str(path), "exec"), module.__dict__)
    return module


FILES = {
    "DDPMScheduler": "ddpm",
    "DDIMScheduler": "ddim",
    "PNDMScheduler": "pndm",
    "EulerDiscreteScheduler": "euler_discrete",
    "EulerAncestralDiscreteScheduler": "euler_ancestral_discrete",
    "LMSDiscreteScheduler": "lms_discrete",
    "HeunDiscreteScheduler": "heun_discrete",
    "DPMSolverMultistepScheduler": "dpmsolver_multistep",
    "UniPCMultistepScheduler": "unipc_multistep",
    "LCMScheduler": "lcm",
    "CMStochasticIterativeScheduler": "consistency_models",
    "FlowMatchEulerDiscreteScheduler": "flow_match_euler_discrete",
}
MODULES = {name: load(file) for name, file in FILES.items()}

SD = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
COS = {"beta_schedule": "squaredcos_cap_v2"}
V0 = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
RUNS = {"DDIMScheduler", "EulerDiscreteScheduler", "LCMScheduler", "CMStochasticIterativeScheduler",
        "DPMSolverMultistepScheduler", "HeunDiscreteScheduler", "FlowMatchEulerDiscreteScheduler", "UniPCMultistepScheduler"}
cases = []


def spacings(name, config, steps, **more):
    for spacing in ("leading", "linspace", "trailing"):
        cases.append((name, {**config, "timestep_spacing": spacing, **more}, steps))


cases.append(("DDIMScheduler", {}, STEPS))
cases.append(("DDIMScheduler", {**SD, "clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}, STEPS))
spacings("DDIMScheduler", {**SD, "clip_sample": False}, (1, 3, 7, 10), prediction_type="sample")
cases.append(("DDIMScheduler", {**COS, "clip_sample_range": 0.6}, FEW))
cases.append(("DDIMScheduler", {**SD, **V0, "clip_sample": False, "timestep_spacing": "trailing"}, FEW))
cases.append(("DDPMScheduler", {}, FEW))
spacings("DDPMScheduler", {"beta_schedule": "sigmoid"}, (3, 10))
cases.append(("PNDMScheduler", {**SD, "skip_prk_steps": True, "steps_offset": 1}, (10, 20)))
cases.append(("EulerDiscreteScheduler", {}, FEW))
spacings("EulerDiscreteScheduler", {**SD, "steps_offset": 1}, STEPS)
spacings("EulerDiscreteScheduler", {**SD, "steps_offset": 1, "use_karras_sigmas": True}, STEPS)
cases.append(("EulerDiscreteScheduler", {**SD, **V0, "timestep_spacing": "trailing"}, STEPS))
cases.append(("EulerDiscreteScheduler", {**SD, "use_exponential_sigmas": True, "final_sigmas_type": "sigma_min"}, FEW))
cases.append(("EulerDiscreteScheduler", {**SD, "use_beta_sigmas": True}, FEW))
cases.append(("EulerDiscreteScheduler", {**SD, "use_karras_sigmas": True, "sigma_min": 0.1, "sigma_max": 9.0}, FEW))
spacings("EulerAncestralDiscreteScheduler", {**SD, "steps_offset": 1}, FEW)
spacings("LMSDiscreteScheduler", SD, (3,))
cases.append(("LMSDiscreteScheduler", {**SD, "use_karras_sigmas": True}, FEW))
cases.append(("HeunDiscreteScheduler", {}, FEW))
cases.append(("HeunDiscreteScheduler", {**SD, "use_karras_sigmas": True, "clip_sample": True}, FEW))
spacings("DPMSolverMultistepScheduler", {**SD, "steps_offset": 1}, STEPS)
cases.append(("DPMSolverMultistepScheduler", {**SD, "use_karras_sigmas": True}, STEPS))
cases.append(("DPMSolverMultistepScheduler", {**COS, "use_karras_sigmas": True, "lambda_min_clipped": -5.1}, FEW))
cases.append(("DPMSolverMultistepScheduler", {**COS, "lambda_min_clipped": -5.1}, (3, 10)))
cases.append(("DPMSolverMultistepScheduler", {**SD, "use_lu_lambdas": True}, FEW))
cases.append(("DPMSolverMultistepScheduler", {**SD, "use_exponential_sigmas": True}, (10,)))
cases.append(("DPMSolverMultistepScheduler", {**SD, "final_sigmas_type": "sigma_min", "solver_order": 1}, (4,)))
cases.append(("UniPCMultistepScheduler", {**SD}, FEW))
spacings("UniPCMultistepScheduler", {**SD, "steps_offset": 1}, (10,))
cases.append(("UniPCMultistepScheduler", {**SD, "use_karras_sigmas": True, "final_sigmas_type": "sigma_min", "sigma_min": 0.1}, (3, 10)))
cases.append(("UniPCMultistepScheduler", {**SD, "final_sigmas_type": "sigma_min"}, (3,)))
cases.append(("EulerAncestralDiscreteScheduler", {**SD, "timestep_spacing": "trailing"}, (48, 240)))
cases.append(("LCMScheduler", {}, STEPS))
cases.append(("LCMScheduler", {"clip_sample": True, "original_inference_steps": 25, "prediction_type": "v_prediction"}, (1, 4, 10)))
cases.append(("CMStochasticIterativeScheduler", {}, STEPS))
cases.append(("CMStochasticIterativeScheduler", {"clip_denoised": False, "s_noise": 0.9, "rho": 5, "sigma_data": 0.7}, FEW))
cases.append(("FlowMatchEulerDiscreteScheduler", {}, FEW))
cases.append(("FlowMatchEulerDiscreteScheduler", {"shift": 3.0}, STEPS))


def run(name, scheduler):
    MODULES[name].randn_tensor = Noise()
    start = getattr(scheduler, "init_noise_sigma", 1.0)
    x = Z * start
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        out = torch.sin(1.3 * scaled + float(t) / 300)
        x = scheduler.step(out, t, x).prev_sample
    return x


rows = []
for name, config, counts in cases:
    for n in counts:
        if name == "PNDMScheduler" and n == 1:
            continue
        scheduler = getattr(MODULES[name], name)(**config)
        scheduler.set_timesteps(n)
        row = {"class": name, "config": config, "steps": n, "times": [float(t) for t in scheduler.timesteps]}
        if hasattr(scheduler, "sigmas"):
            row["sigmas"] = [float(s) for s in scheduler.sigmas]
        else:
            a = scheduler.alphas_cumprod
            row["levels"] = [float(((1 - a[int(t)]) / a[int(t)]) ** 0.5) for t in scheduler.timesteps]
            row["levels"] = [s if np.isfinite(s) else None for s in row["levels"]]
        if hasattr(scheduler, "init_noise_sigma"):
            row["start"] = float(scheduler.init_noise_sigma)
        # The app's UniPC lowers its order in the last steps of runs that end at 0, diffusers' in all.
        if name in RUNS and not (name == "UniPCMultistepScheduler" and "final_sigmas_type" in config):
            row["x"] = run(name, scheduler).flatten().tolist()
            assert np.isfinite(row["x"]).all(), row
        rows.append(row)

tables = []
at = [0, 1, 2, 3, 100, 250, 333, 500, 750, 900, 990, 997, 998, 999]
for config in ({}, SD, COS, {**SD, **V0}, {**COS, **V0}, {**V0}, {"trained_betas": np.linspace(0.001, 0.03, 1000).tolist()}):
    scheduler = MODULES["EulerDiscreteScheduler"].EulerDiscreteScheduler(**config)
    a = scheduler.alphas_cumprod
    kept = {k: v for k, v in config.items() if k != "trained_betas"}
    if "trained_betas" in config:
        kept["trained_betas"] = "from .001 to .03, evenly"
    tables.append({"config": kept, "at": at, "sigmas": [float(((1 - a[t]) / a[t]) ** 0.5) for t in at]})

command = f"python training/golden/make_schedulers.py (diffusers {diffusers.__version__}, torch {torch.__version__}, NumPy {np.__version__})"
line = lambda r: json.dumps(r, separators=(",", ":"))
text = '{"command":' + json.dumps(command)
text += ',"z":' + line(Z.flatten().tolist())
text += ',"tables":[\n' + ",\n".join(map(line, tables)) + '\n],"rows":[\n' + ",\n".join(map(line, rows)) + "\n]}\n"
path = ROOT / "src/models/diffusers/goldenSchedulers.json"
path.write_text(text)
print(len(rows), "rows,", len(tables), "tables,", len(text), "bytes")
