"""Writes src/samplers/diffusion/golden.json and src/schedules/golden.json: float64 results of diffusers and k-diffusion.

How each library is used:

* k-diffusion's `sampling.py` is loaded on its own by importlib, with a stub for its sibling `utils` (only `append_dims` is
  needed), so that torchvision, wandb and the like need not be installed. It works in our coordinates as it stands.
* diffusers' scheduler modules are loaded from their own source with the word float32 replaced by float64: they otherwise
  round the state or the tables to single precision. No formula is touched. They work in VP coordinates, so the state is
  x = a * x_hat with a = 1 / sqrt(1 + sigma^2), and they are given prediction_type="sample", whose model output is the
  denoised value. `set_timesteps` is called, then `sigmas` is overwritten by the list under test.
* DDIM and DDPM read a table by integer time: the table is made to hold exactly the list under test, one entry a step.
* IPNDM's own grid (`betas`, `alphas`) is overwritten likewise; its model output is v = (eps - sin * x) / cos.

Random numbers: the k-th noise vector of a run is 1.5 * sin(12.9898 * (k + 1) + 4.1414 * e), e the element. Not normal, and
need not be: both sides use the same numbers.
"""
import importlib.util
import json
import math
import pathlib
import sys
import types

import torch

torch.set_default_dtype(torch.float64)
ROOT = pathlib.Path(__file__).resolve().parents[2]

# --- the libraries -------------------------------------------------------------------------------------------------


def load_k_diffusion():
    origin = importlib.util.find_spec("k_diffusion").submodule_search_locations[0]
    package = types.ModuleType("k_diffusion_stub")
    package.__path__ = []
    utils = types.ModuleType("k_diffusion_stub.utils")
    utils.append_dims = lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)]
    package.utils = utils
    sys.modules.update({"k_diffusion_stub": package, "k_diffusion_stub.utils": utils})
    spec = importlib.util.spec_from_file_location("k_diffusion_stub.sampling", pathlib.Path(origin) / "sampling.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_scheduler(name, folder=None):
    import diffusers

    package = "diffusers.schedulers" + (f".{folder}" if folder else "")
    path = pathlib.Path(diffusers.__file__).parent / "schedulers" / (folder or "") / f"scheduling_{name}.py"
    module = types.ModuleType(f"{package}.golden_{name}")
    module.__package__ = package
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(path.read_text().replace("float32", "float64"), str(path), "exec"), module.__dict__)
    return module


K = load_k_diffusion()

# --- the problem ---------------------------------------------------------------------------------------------------

CENTRES = torch.tensor([[1.0, 0.5], [-0.8, 1.1], [0.2, -1.3]])
WEIGHTS = torch.tensor([0.5, 0.3, 0.2])
DEVIATION = 0.3
START = torch.tensor([[1.3, -0.4], [-0.9, 0.2], [0.1, 1.7], [-0.5, -1.1]])  # times the first noise level

GRIDS = {
    # step ratios in log sigma between 0.2 and 1.4, never regular
    "rough": [12.0, 7.5, 5.9, 2.4, 1.9, 0.83, 0.35, 0.29, 0.11, 0.03, 0.0],
    "positive": [12.0, 7.5, 5.9, 2.4, 1.9, 0.83, 0.35, 0.29, 0.11, 0.03],
    "long": [14.0, 11.2, 9.1, 6.3, 5.2, 4.4, 3.1, 2.2, 1.75, 1.2, 0.95, 0.6, 0.47, 0.31, 0.22, 0.13, 0.09, 0.04, 0.0],
}


def denoise(x, sigma):
    sigma = float(sigma)
    v, total = DEVIATION**2, DEVIATION**2 + sigma**2
    logs = WEIGHTS.log() - ((x[:, None, :] - CENTRES) ** 2).sum(-1) / (2 * total)
    posterior = torch.softmax(logs, dim=1)
    return (v * x + sigma**2 * (posterior @ CENTRES)) / total


def noise_vector(k):
    e = torch.arange(START.numel())
    return (1.5 * torch.sin(12.9898 * (k + 1) + 4.1414 * e)).reshape(START.shape)


class Sequence:
    """The noise vectors in order, whatever the arguments."""

    def __init__(self):
        self.count = 0

    def __call__(self, *_args, **_kwargs):
        self.count += 1
        return noise_vector(self.count - 1)


cases = []


def record(library, sampler, params, grid, x):
    assert torch.isfinite(x).all(), (library, sampler, params, grid)
    cases.append({"library": library, "sampler": sampler, "params": params, "grid": grid, "x": x.flatten().tolist()})


# --- k-diffusion ---------------------------------------------------------------------------------------------------


def k_run(function, grid, **kwargs):
    sigmas = torch.tensor(GRIDS[grid])
    sequence = Sequence()
    if "noise_sampler" in function.__wrapped__.__code__.co_varnames:
        kwargs["noise_sampler"] = sequence
    original = torch.randn_like
    torch.randn_like = sequence  # churn calls it once a step, used or not
    try:
        return function(lambda x, sigma: denoise(x, sigma[0]), START * sigmas[0], sigmas, disable=True, **kwargs)
    finally:
        torch.randn_like = original


def k_cases():
    for grid in ("rough", "long"):
        for name in ("euler", "heun", "dpm_2", "dpmpp_2m"):
            record("k-diffusion", name, {}, grid, k_run(getattr(K, f"sample_{name}"), grid))
        record("k-diffusion", "dpmpp_2s", {}, grid, k_run(K.sample_dpmpp_2s_ancestral, grid, eta=0.0))
        for eta, s_noise in ((1.0, 1.0), (0.6, 1.1), (0.0, 1.0)):
            p = {"eta": eta, "s_noise": s_noise}
            record("k-diffusion", "euler_ancestral", p, grid, k_run(K.sample_euler_ancestral, grid, **p))
            record("k-diffusion", "dpmpp_2s_ancestral", p, grid, k_run(K.sample_dpmpp_2s_ancestral, grid, **p))
            record("k-diffusion", "dpmpp_3m_sde", p, grid, k_run(K.sample_dpmpp_3m_sde, grid, **p))
            for r in (0.5, 0.3):
                record("k-diffusion", "dpmpp_sde", {**p, "r": r}, grid, k_run(K.sample_dpmpp_sde, grid, r=r, **p))
            for solver in ("midpoint", "heun"):
                q = {**p, "solver_type": solver}
                record("k-diffusion", "dpmpp_2m_sde", q, grid, k_run(K.sample_dpmpp_2m_sde, grid, **q))
        for churn in ({"s_churn": 3.0, "s_tmin": 0.0, "s_tmax": 1000.0, "s_noise": 1.0}, {"s_churn": 40.0, "s_tmin": 0.2, "s_tmax": 6.0, "s_noise": 1.003}):
            record("k-diffusion", "edm_stochastic", churn, grid, k_run(K.sample_heun, grid, **churn))
    for order in (1, 2, 3, 4):
        record("k-diffusion", "lms", {"order": order}, "positive", k_run(K.sample_lms, "positive", order=order))
        record("k-diffusion", "deis", {"order": order, "mode": "rhoab"}, "positive", k_run(K.sample_lms, "positive", order=order))


# --- diffusers -----------------------------------------------------------------------------------------------------


def vp(sigma):
    return 1 / math.sqrt(1 + sigma * sigma)


def d_run(scheduler, grid, step=lambda scheduler, d, i, x: scheduler.step(d, scheduler.timesteps[i], x, return_dict=False)[0]):
    sigmas = GRIDS[grid]
    n = len(sigmas) - 1
    scheduler.set_timesteps(n)
    scheduler.sigmas = torch.tensor(sigmas)
    scheduler.timesteps = torch.arange(n, 0, -1)
    scheduler.num_inference_steps = n
    x = START * sigmas[0] * vp(sigmas[0])
    for i in range(n):
        x = step(scheduler, denoise(x / vp(sigmas[i]), sigmas[i]), i, x)
    return x / vp(sigmas[-1])


def d_multistep_cases():
    dpm = load_scheduler("dpmsolver_multistep").DPMSolverMultistepScheduler
    for grid in ("rough", "long", "positive"):
        def ode(order, solver="midpoint", lower=True):
            return d_run(dpm(prediction_type="sample", algorithm_type="dpmsolver++", solver_order=order, solver_type=solver, lower_order_final=lower,
                             final_sigmas_type="sigma_min" if grid == "positive" else "zero"), grid)
        record("diffusers", "dpmpp_2m", {}, grid, ode(2, lower=False))
        record("diffusers", "res_multistep", {}, grid, ode(2, "heun", lower=False))
        record("diffusers", "dpmpp_3m", {"lower_order_final": False}, grid, ode(3, lower=False))
        if grid != "positive":
            record("diffusers", "dpmpp_3m", {"lower_order_final": True}, grid, ode(3))
    for solver in ("midpoint", "heun"):
        for grid in ("positive", "long"):
            sequence = Sequence()
            scheduler = dpm(prediction_type="sample", algorithm_type="sde-dpmsolver++", solver_order=2, solver_type=solver, lower_order_final=False,
                            final_sigmas_type="sigma_min" if grid == "positive" else "zero")
            x = d_run(scheduler, grid, lambda s, d, i, x: s.step(d, s.timesteps[i], x, variance_noise=sequence(), return_dict=False)[0])
            record("diffusers", "dpmpp_2m_sde", {"eta": 1.0, "s_noise": 1.0, "solver_type": solver}, grid, x)

    uni = load_scheduler("unipc_multistep").UniPCMultistepScheduler
    for order in (1, 2, 3):
        for variant in ("bh1", "bh2"):
            for corrector in (True, False):
                for grid, lower in (("positive", False), ("rough", True), ("long", True)):
                    if variant == "bh1" and lower:
                        continue  # diffusers 0.42 gives NaN for bh1 at a final 0: B(h) * 0 with B(h) infinite
                    off = [] if corrector else list(range(len(GRIDS[grid])))
                    x = d_run(uni(prediction_type="sample", solver_order=order, solver_type=variant, disable_corrector=off, lower_order_final=lower), grid)
                    p = {"order": order, "variant": variant, "corrector": corrector, "lower_order_final": lower}
                    record("diffusers", "unipc", p, grid, x)

    deis = load_scheduler("deis_multistep").DEISMultistepScheduler
    for order in (1, 2, 3):
        x = d_run(deis(prediction_type="sample", solver_order=order, lower_order_final=False), "positive")
        record("diffusers", "deis", {"order": order, "mode": "logrho"}, "positive", x)


def d_ipndm_case():
    scheduler = load_scheduler("ipndm").IPNDMScheduler()
    sigmas = GRIDS["positive"]
    n = len(sigmas) - 1
    scheduler.set_timesteps(n)
    scheduler.alphas = torch.tensor([vp(s) for s in sigmas])
    scheduler.betas = torch.tensor([s * vp(s) for s in sigmas])
    scheduler.timesteps = torch.arange(n, 0, -1)
    x = START * sigmas[0] * vp(sigmas[0])
    for i, s in enumerate(sigmas[:-1]):
        eps = (x / vp(s) - denoise(x / vp(s), s)) / s
        x = scheduler.step((eps - x * s * vp(s)) / vp(s), scheduler.timesteps[i], x, return_dict=False)[0]
    record("diffusers", "ipndm", {"order": 4}, "positive", x / vp(sigmas[-1]))
    record("diffusers", "ghvb", {"order": 4}, "positive", x / vp(sigmas[-1]))


def d_table_cases(grids=("rough", "long"), etas=(0.0, 0.7, 1.0)):
    ddim_module, ddpm_module = load_scheduler("ddim"), load_scheduler("ddpm")
    for grid in grids:
        sigmas = GRIDS[grid][:-1]  # the step after table entry 0 goes to 0
        n = len(sigmas)

        def run(scheduler, step):
            scheduler.set_timesteps(n)
            scheduler.timesteps = torch.arange(n - 1, -1, -1)
            scheduler.alphas_cumprod = torch.tensor([vp(s) ** 2 for s in reversed(sigmas)])
            x = START * sigmas[0] * vp(sigmas[0])
            for i, s in enumerate(sigmas):
                x = step(scheduler, denoise(x / vp(s), s), n - 1 - i, x)
            return x

        for eta in etas:
            sequence = Sequence()
            x = run(ddim_module.DDIMScheduler(num_train_timesteps=n, prediction_type="sample", clip_sample=False, set_alpha_to_one=True),
                    lambda s, d, t, x: s.step(d, t, x, eta=eta, variance_noise=sequence() if eta > 0 else None, return_dict=False)[0])
            record("diffusers", "ddim", {"eta": eta}, grid, x)
        for variance in ("fixed_small", "fixed_large"):
            ddpm_module.randn_tensor = Sequence()
            x = run(ddpm_module.DDPMScheduler(num_train_timesteps=n, prediction_type="sample", clip_sample=False, variance_type=variance),
                    lambda s, d, t, x: s.step(d, t, x, return_dict=False)[0])
            record("diffusers", "ddpm", {"variance": variance}, grid, x)


def sampler_golden():
    k_cases()
    d_multistep_cases()
    d_ipndm_case()
    d_table_cases()
    write("src/samplers/diffusion/golden.json", {
        "command": "python training/golden/make_golden.py",
        "mixture": {"centres": CENTRES.tolist(), "weights": WEIGHTS.tolist(), "deviation": DEVIATION},
        "start": START.flatten().tolist(),
        "grids": GRIDS,
        "cases": cases,
    })


# --- schedules -----------------------------------------------------------------------------------------------------


def schedule_golden():
    low, high = 0.02, 20.0
    rows = []
    for n in (1, 2, 3, 10, 37):
        def add(schedule, params, sigmas):
            rows.append({"schedule": schedule, "params": params, "steps": n, "range": {"min": low, "max": high}, "sigmas": [float(s) for s in sigmas]})
        if n > 1:
            for rho in (7.0, 3.0):
                add("karras", {"rho": rho}, K.get_sigmas_karras(n, low, high, rho=rho))
            for rho in (1.0, 2.0):
                add("exponential", {"rho": rho}, K.get_sigmas_polyexponential(n, low, high, rho=rho))
        # k-diffusion's VP grid runs from t = 1 to 1e-3: the range is read off its ends
        v = K.get_sigmas_vp(n)
        if n > 1:
            rows.append({"schedule": "vp", "params": {}, "steps": n, "range": {"min": float(v[-2]), "max": float(v[0])}, "sigmas": v.tolist()})
        euler = load_scheduler("euler_discrete").EulerDiscreteScheduler
        betas = {"sd": {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}, "ddpm": {}}
        for table, kwargs in betas.items():
            for spacing in ("linspace", "leading", "trailing"):
                scheduler = euler(timestep_spacing=spacing, steps_offset=1 if spacing == "leading" else 0, **kwargs)
                scheduler.set_timesteps(n)
                if n > 1:  # its linspace of one point is time 0
                    add("uniform", {"spacing": spacing, "table": table}, scheduler.sigmas)
            scheduler = euler(use_beta_sigmas=True, **kwargs)
            if n > 1:
                scheduler.set_timesteps(n)
                s = scheduler.sigmas
                rows.append({"schedule": "beta_sigma", "params": {}, "steps": n, "range": {"min": float(s[-2]), "max": float(s[0])}, "sigmas": s.tolist()})
        flow = load_scheduler("flow_match_euler_discrete").FlowMatchEulerDiscreteScheduler
        for shift in (1.0, 3.0):
            scheduler = flow(shift=shift)
            scheduler.set_timesteps(sigmas=[1 - i / n for i in range(n)])
            t = scheduler.sigmas.double()[1:]
            rows.append({"schedule": "flow_shift", "params": {"shift": shift}, "steps": n, "range": {"min": 0.01, "max": 1000.0}, "sigmas": [1000.0] + (t / (1 - t)).tolist()})
    write("src/schedules/golden.json", {"command": "python training/golden/make_golden.py", "rows": rows})


def write(path, value):
    (ROOT / path).write_text(json.dumps(value, separators=(",", ":")).replace('{"library"', '\n{"library"').replace('{"schedule"', '\n{"schedule"') + "\n")
    print(path, sum(len(v) for v in value.values() if isinstance(v, list)), "entries")


if __name__ == "__main__":
    sampler_golden()
    schedule_golden()
