"""Writes src/samplers/diffusion/goldenByName.json: samplers that came after make_golden.py, on its problem, with its random
numbers and by its ways of calling the libraries. What is added to those:

* k-diffusion's `sample_dpm_fast` lays its levels itself; the list here holds them, evaluation by evaluation.
* PNDM reads a table by integer time and transfers by whole strides: the table holds the list (and, for the Runge-Kutta
  warm-up, levels halfway in the time of the VP SDE between its entries), one stride a step. It stops before it leaves the
  table. It takes the predicted noise.
* TCD runs on Stable Diffusion's own table, at times whose share 1 - gamma is whole, and stops before its last step.
* The VP SDE steps by 1/n of time, so the list holds the levels at 1, 1 - 1/n, ..., 1/n; it takes the predicted noise. The VE SDE takes the
  score, finds its levels by rounding a time down, and is called in the order of its pipeline: corrected, then predicted.
* LTX's scheduler works in flow coordinates, z = x_hat / (1 + sigma), and adds 1e-12 to divisors; `tolerance` is its row's own.
"""
import json
import math

import numpy as np
import torch

import make_golden as G

GRIDS = {**G.GRIDS, "two": [9.0, 1.3, 0.0], "three": [9.0, 2.9, 1.3, 0.0], "flow": [3.0, 2.1, 1.2, 0.7, 0.25, 0.1]}
G.GRIDS = GRIDS
for n in (4, 5, 6, 7, 8, 9, 11):
    GRIDS[f"first {n}"] = G.GRIDS["long"][:n]


def ancestral():
    for grid in ("rough", "long", "positive", "two"):
        for eta, s_noise in ((1.0, 1.0), (0.35, 0.8), (0.0, 1.0)):
            p = {"eta": eta, "s_noise": s_noise}
            G.record("k-diffusion", "dpm_2_ancestral", p, grid, G.k_run(G.K.sample_dpm_2_ancestral, grid, **p))


def fast():
    top, bottom = 12.0, 0.05
    for n in (1, 2, 3, 4, 5, 6, 8, 12):
        m = n // 3 + 1
        orders = [3] * (m - 2) + [2, 1] if n % 3 == 0 else [3] * (m - 1) + [n % 3]
        places = [i + k / order for i, order in enumerate(orders) for k in range(order)] + [len(orders)]
        name = f"fast {n}"
        GRIDS[name] = [top * (bottom / top) ** (place / len(orders)) for place in places]
        for eta, s_noise in ((0.0, 1.0), (1.0, 1.0), (0.4, 0.9)) if n > 3 else ((0.0, 1.0),):
            x = G.K.sample_dpm_fast(lambda x, sigma: G.denoise(x, sigma[0]), G.START * top, bottom, top, n, disable=True, eta=eta,
                                    s_noise=s_noise, noise_sampler=G.Sequence())
            G.record("k-diffusion", "dpm_fast", {"eta": eta, "s_noise": s_noise} if eta else {}, name, x)


def singlestep():
    scheduler = G.load_scheduler("dpmsolver_singlestep").DPMSolverSinglestepScheduler
    for order in (1, 2, 3):
        for solver in ("midpoint", "heun"):
            for grid in ("rough", "positive", "two", "three", "first 4", "first 5", "first 6"):
                if order == 1 and solver == "heun":
                    continue
                made = scheduler(prediction_type="sample", algorithm_type="dpmsolver++", solver_order=order, solver_type=solver,
                                 lower_order_final=True, final_sigmas_type="zero" if GRIDS[grid][-1] == 0 else "sigma_min")
                G.record("diffusers", "dpmpp_singlestep", {"order": order, "solver_type": solver}, grid, G.d_run(made, grid))


def middle(s, t):
    time = lambda sigma: (math.sqrt(0.1**2 + 2 * 19.9 * math.log1p(sigma * sigma)) - 0.1) / 19.9
    m = (time(s) + time(t)) / 2
    return math.sqrt(math.expm1(19.9 * m * m / 2 + 0.1 * m))


def pndm():
    scheduler = G.load_scheduler("pndm").PNDMScheduler
    for grid in ("positive", "first 6", "first 9"):
        levels = GRIDS[grid]
        for warmup in ("heun", "runge_kutta"):
            rising = levels[::-1]
            if warmup == "runge_kutta":
                halves = [middle(s, t) for t, s in zip(rising, rising[1:])] + [rising[-1] * 1.1]
                table = [sigma for pair in zip(rising, halves) for sigma in pair]
            else:
                table = rising
            made = scheduler(num_train_timesteps=len(table), skip_prk_steps=warmup == "heun", set_alpha_to_one=True)
            made.set_timesteps(len(levels))
            made.alphas_cumprod = torch.tensor([G.vp(s) ** 2 for s in table])
            x = G.START * levels[0] * G.vp(levels[0])
            for t in made.timesteps[:-1]:
                sigma = table[int(t)]
                x_hat = x / G.vp(sigma)
                x = made.step((x_hat - G.denoise(x_hat, sigma)) / sigma, int(t), x, return_dict=False)[0]
            G.record("diffusers", "pndm", {"warmup": warmup}, grid, x / G.vp(levels[-1]))


def sa_solver():
    module = G.load_scheduler("sasolver")
    for tau in (0.0, 0.6, 1.0):
        for predictor, corrector in ((1, 2), (2, 2), (3, 4), (3, 2), (1, 1)):
            for grid in ("positive", "first 4"):
                module.randn_tensor = G.Sequence()
                made = module.SASolverScheduler(prediction_type="sample", algorithm_type="data_prediction", predictor_order=predictor,
                                                corrector_order=corrector, tau_func=lambda t: torch.tensor(tau), lower_order_final=False)
                p = {"tau": tau, "predictor_order": predictor, "corrector_order": corrector, "simple_order_2": True}
                G.record("diffusers", "sa_solver", p, grid, G.d_run(made, grid))


def tcd():
    module = G.load_scheduler("tcd")
    times = [900, 700, 500, 300, 100]
    for gamma in (0.0, 0.25, 0.5, 1.0):
        made = module.TCDScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="sample")
        made.set_timesteps(timesteps=times)
        a = made.alphas_cumprod
        level = lambda t: float(((1 - a[t]) / a[t]) ** 0.5)
        GRIDS["tcd"] = [level(t) for t in times]
        module.randn_tensor = G.Sequence()
        x = G.START * level(times[0]) * a[times[0]] ** 0.5
        for t in times[:-1]:
            x = made.step(G.denoise(x / a[t] ** 0.5, level(t)), t, x, eta=gamma, return_dict=False)[0]
        G.record("diffusers", "tcd", {"gamma": gamma}, "tcd", x / a[times[-1]] ** 0.5)


def flow():
    module = G.load_scheduler("ltx_euler_ancestral_rf")
    for eta, s_noise in ((1.0, 1.0), (0.4, 0.9), (0.0, 1.0)):
        levels = GRIDS["flow"]
        f = [s / (1 + s) for s in levels]
        made = module.LTXEulerAncestralRFScheduler(eta=eta, s_noise=s_noise)
        made.set_timesteps(sigmas=torch.tensor(f))
        module.randn_tensor = G.Sequence()
        z = G.START * levels[0] / (1 + levels[0])
        for i, s in enumerate(levels[:-1]):
            d = G.denoise(z * (1 + s), s)
            z = made.step((z - d) / f[i], made.timesteps[i], z, return_dict=False)[0]
        G.record("diffusers", "euler_ancestral_rf", {"eta": eta, "s_noise": s_noise}, "flow", z * (1 + levels[-1]))
        G.cases[-1]["tolerance"] = 1e-10


def score_sde():
    module = G.load_scheduler("sde_vp", "deprecated")
    n = 12
    for low, high in ((0.1, 20.0), (0.5, 8.0)):
        made = module.ScoreSdeVpScheduler(beta_min=low, beta_max=high)
        made.set_timesteps(n)
        times = [1 - i / n for i in range(n)]
        name = "vp" if low == 0.1 else "vp slow"
        GRIDS[name] = [math.sqrt(math.expm1(low * u + (high - low) * u * u / 2)) for u in times]
        module.randn_tensor = G.Sequence()
        x = G.START * GRIDS[name][0] * G.vp(GRIDS[name][0])
        for u, sigma in list(zip(times, GRIDS[name]))[:-1]:
            x_hat = x / G.vp(sigma)
            x = made.step_pred((x_hat - G.denoise(x_hat, sigma)) / sigma, x, torch.tensor(u))[0]
        G.record("diffusers", "score_sde_vp", {"beta_min": low, "beta_max": high}, name, x / G.vp(GRIDS[name][-1]))
    module = G.load_scheduler("sde_ve")
    for grid in ("rough", "long", "two"):
        for snr, corrections in ((0.15, 1), (0.05, 1), (0.15, 3), (0.3, 0)):
            levels = GRIDS[grid][:-1]
            made = module.ScoreSdeVeScheduler(snr=snr, correct_steps=corrections)
            made.set_timesteps(len(levels))
            made.set_sigmas(len(levels))
            made.discrete_sigmas = torch.tensor(levels[::-1])
            module.randn_tensor = G.Sequence()
            score = lambda x, s: (G.denoise(x, s) - x) / (s * s)
            x = G.START * levels[0]
            for t, s in zip(made.timesteps, levels):
                for _ in range(corrections):
                    x = made.step_correct(score(x, s), x).prev_sample
                out = made.step_pred(score(x, s), t, x)
                x = out.prev_sample
            G.record("diffusers", "score_sde_ve", {"snr": snr, "correct_steps": corrections}, grid, out.prev_sample_mean)


if __name__ == "__main__":
    for part in (ancestral, fast, singlestep, pndm, sa_solver, tcd, flow, score_sde):
        part()
    used = {c["grid"] for c in G.cases}
    G.write("src/samplers/diffusion/goldenByName.json", {
        "command": "python training/golden/make_by_name.py",
        "grids": {name: list(map(float, grid)) for name, grid in GRIDS.items() if name in used},
        "cases": G.cases,
    })
    print(len(G.cases), "cases")
