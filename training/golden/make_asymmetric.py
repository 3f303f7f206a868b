"""Writes src/samplers/diffusion/goldenAsymmetric.json and src/schedules/goldenAsymmetric.json: the same libraries, problem and
random numbers as make_golden.py, at parameters where a swapped, dropped or defaulted one shows, and at one, two, three,
14 and 15 steps. SciPy gives the quantiles of the beta distribution; the other schedules are the published code, in NumPy.
"""
import json
import math

import numpy as np
from scipy import stats

import make_golden as G

GRIDS = {
    "one": [9.0, 0.0],
    "two": [9.0, 1.3, 0.0],
    "three": [9.0, 2.9, 1.3, 0.0],
    "one above": [9.0, 2.9],
    "two above": [9.0, 2.9, 1.3],
    "three above": [9.0, 2.9, 1.3, 0.25],
    "five": [11.0, 6.1, 2.9, 1.3, 0.25, 0.0],
    "fourteen": [14.0, 11.2, 9.1, 6.3, 5.2, 4.4, 3.1, 2.2, 1.2, 0.95, 0.6, 0.31, 0.13, 0.04, 0.0],
    "fifteen": [14.0, 11.2, 9.1, 6.3, 5.2, 4.4, 3.1, 2.2, 1.2, 0.95, 0.6, 0.31, 0.22, 0.13, 0.04, 0.0],
    "fifteen above": [14.0, 11.2, 9.1, 6.3, 5.2, 4.4, 3.1, 2.2, 1.2, 0.95, 0.6, 0.31, 0.22, 0.13, 0.04, 0.03],
}
ENDING_AT_0 = ("one", "two", "three", "five")
ABOVE_0 = ("one above", "two above", "three above")


def k_cases():
    K, run = G.K, G.k_run
    for grid in ENDING_AT_0 + ABOVE_0:
        for name in ("euler", "heun", "dpm_2", "dpmpp_2m"):
            G.record("k-diffusion", name, {}, grid, run(getattr(K, f"sample_{name}"), grid))
        for p in ({"eta": 0.35, "s_noise": 0.8}, {"eta": 0.9, "s_noise": 1.3}):
            G.record("k-diffusion", "euler_ancestral", p, grid, run(K.sample_euler_ancestral, grid, **p))
            G.record("k-diffusion", "dpmpp_2s_ancestral", p, grid, run(K.sample_dpmpp_2s_ancestral, grid, **p))
            for r in (0.25, 0.8):
                G.record("k-diffusion", "dpmpp_sde", {**p, "r": r}, grid, run(K.sample_dpmpp_sde, grid, r=r, **p))
            if grid == "one":
                continue  # k-diffusion's two multistep SDE samplers stop at a single step to 0: their h is never set
            G.record("k-diffusion", "dpmpp_3m_sde", p, grid, run(K.sample_dpmpp_3m_sde, grid, **p))
            for solver in ("midpoint", "heun"):
                q = {**p, "solver_type": solver}
                G.record("k-diffusion", "dpmpp_2m_sde", q, grid, run(K.sample_dpmpp_2m_sde, grid, **q))
    for r in (0.25, 0.8):
        for grid in ("five", "three above"):
            G.record("k-diffusion", "dpmpp_2s", {"r": r}, grid, run(K.sample_dpmpp_sde, grid, r=r, eta=0.0))
    for s_tmin, s_tmax in ((1.3, 6.1), (1.4, 6.1), (1.3, 6.0), (0.0, 11.0), (0.25, 10.9), (2.9, 2.9)):  # on levels of "five", and beside them
        for s_churn, s_noise in ((1.2, 0.9), (50.0, 1.2)):
            p = {"s_churn": s_churn, "s_tmin": s_tmin, "s_tmax": s_tmax, "s_noise": s_noise}
            G.record("k-diffusion", "edm_stochastic", p, "five", run(K.sample_heun, "five", **p))
    for order in (1, 2, 3, 4):
        for grid in ABOVE_0 + ("long above",):
            x = run(K.sample_lms, grid, order=order)
            G.record("k-diffusion", "lms", {"order": order}, grid, x)
            G.record("k-diffusion", "deis", {"order": order, "mode": "rhoab"}, grid, x)


def d_cases():
    dpm = G.load_scheduler("dpmsolver_multistep").DPMSolverMultistepScheduler
    for grid in ENDING_AT_0 + ABOVE_0 + ("fourteen", "fifteen", "fifteen above"):
        for order, sampler, solver in ((2, "res_multistep", "heun"), (3, "dpmpp_3m", "midpoint")):
            for lower in ((True, False) if order == 3 and grid not in ABOVE_0 + ("fifteen above",) else (False,)):
                scheduler = dpm(prediction_type="sample", algorithm_type="dpmsolver++", solver_order=order, solver_type=solver,
                                lower_order_final=lower, euler_at_final=False, final_sigmas_type="zero" if G.GRIDS[grid][-1] == 0 else "sigma_min")
                if order == 3 and lower and len(G.GRIDS[grid]) <= 3:
                    continue  # diffusers lowers the first of two steps, where there is nothing to lower
                x = G.d_run(scheduler, grid)
                G.record("diffusers", sampler, {"lower_order_final": lower} if order == 3 else {}, grid, x)
    uni = G.load_scheduler("unipc_multistep").UniPCMultistepScheduler
    for order in (1, 2, 3):
        for corrector in (True, False):
            for grid, variant, lower in (("three above", "bh1", False), ("three above", "bh2", False), ("five", "bh2", True), ("fifteen", "bh2", True)):
                off = [] if corrector else list(range(len(G.GRIDS[grid])))
                x = G.d_run(uni(prediction_type="sample", solver_order=order, solver_type=variant, disable_corrector=off, lower_order_final=lower), grid)
                G.record("diffusers", "unipc", {"order": order, "variant": variant, "corrector": corrector, "lower_order_final": lower}, grid, x)
    deis = G.load_scheduler("deis_multistep").DEISMultistepScheduler
    for order in (1, 2, 3):
        for grid in ("three above", "long above"):
            x = G.d_run(deis(prediction_type="sample", solver_order=order, lower_order_final=False), grid)
            G.record("diffusers", "deis", {"order": order, "mode": "logrho"}, grid, x)


def samplers():
    G.GRIDS.update(GRIDS, **{"long above": G.GRIDS["long"][:-1]})
    k_cases()
    d_cases()
    G.d_table_cases(grids=("five", "three"), etas=(0.35, 0.9))
    used = {c["grid"] for c in G.cases}
    G.write("src/samplers/diffusion/goldenAsymmetric.json", {
        "command": "python training/golden/make_asymmetric.py",
        "grids": {name: grid for name, grid in G.GRIDS.items() if name in used},
        "cases": G.cases,
    })


# --- schedules -----------------------------------------------------------------------------------------------------


def noise_table(name):
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2 if name == "sd" else np.linspace(1e-4, 0.02, 1000)
    log_alpha = np.cumsum(np.log1p(-betas))
    return np.sqrt(np.expm1(-log_alpha))


TABLES = {name: noise_table(name) for name in ("sd", "ddpm")}


def between(table, times):
    """Linear in log sigma between two entries, as in k-diffusion and ComfyUI."""
    return np.exp(np.interp(times, np.arange(1000), np.log(TABLES[table])))


def ays(model, n):
    """ComfyUI's node and the authors' notebook: the table is read at n evenly spaced places, linearly in log sigma."""
    sd = TABLES["sd"]
    table = {
        "sd": [sd[t] for t in (999, 850, 736, 645, 545, 455, 343, 233, 124, 24, 0)],
        "sdxl": [sd[t] for t in (999, 845, 730, 587, 443, 310, 193, 116, 53, 13, 0)],
        "svd": [700.00, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002],
    }[model]
    return np.exp(np.interp(np.linspace(0, 10, n), np.arange(11), np.log(table)))


def mochi(threshold, n):
    """genmo/mochi_preview/pipelines.py, linear_quadratic_schedule, for an even or odd number of steps."""
    linear = n // 2
    rest = n - linear
    first = [i * threshold / linear for i in range(linear)]
    difference = linear - threshold * n
    quadratic = difference / (linear * rest**2)
    slope = threshold / linear - 2 * difference / rest**2
    constant = quadratic * linear**2
    return [1 - v for v in first + [quadratic * i**2 + slope * i + constant for i in range(linear, n)]]


def schedules():
    rows = []
    low, high = 0.03, 17.0

    def add(schedule, params, n, sigmas):
        sigmas = [float(s) for s in sigmas]
        rows.append({"schedule": schedule, "params": params, "steps": n, "range": {"min": low, "max": high}, "sigmas": sigmas})

    for n in (1, 2, 3, 4, 5, 9, 16):  # 1000/16 = 62.5: the rounding of ties shows
        u = np.linspace(0, 1, n)
        for rho in (1.0, 4.3, 20.0):
            add("karras", {"rho": rho}, n, G.K.get_sigmas_karras(n, low, high, rho=rho))
        for rho in (0.25, 1.7):
            add("exponential", {"rho": rho}, n, G.K.get_sigmas_polyexponential(n, low, high, rho=rho))
        for a, b in ((0.6, 2.0), (2.0, 0.6), (1.3, 4.1), (5.0, 0.7), (0.3, 0.45)):
            p = {"alpha": a, "beta": b}
            add("beta_sigma", p, n, [*(low + stats.beta.ppf(1 - u, a, b) * (high - low)), 0])
            times = np.rint(stats.beta.ppf(1 - np.arange(n) / n, a, b) * 999).astype(int)
            if len(set(times)) == n:  # published code drops duplicates
                for table in TABLES:
                    add("beta_time", {**p, "table": table}, n, [*TABLES[table][times], 0])
        for s in (0.0, 0.05, 0.1):
            angle = [math.acos(math.cos(s / (1 + s) * math.pi / 2) / math.sqrt(1 + v * v)) for v in (high, low)]
            alpha_bar = (np.cos(np.linspace(*angle, n)) / math.cos(s / (1 + s) * math.pi / 2)) ** 2
            add("cosine", {"s": s}, n, [*np.sqrt(1 / alpha_bar - 1), 0])
        for beta_d, beta_min in ((7.0, 3.1), (31.0, 0.04)):
            t = [(-beta_min + math.sqrt(beta_min**2 + 2 * beta_d * math.log1p(v * v))) / beta_d for v in (high, low)]
            t = np.linspace(*t, n)
            add("vp", {"beta_d": beta_d, "beta_min": beta_min}, n, [*np.sqrt(np.expm1(beta_d * t * t / 2 + beta_min * t)), 0])
        add("kl_optimal", {}, n, [*np.tan(np.linspace(math.atan(high), math.atan(low), n)), 0])
        for shift in (0.1, 0.7, 2.6):
            t = np.linspace(1, 0, n + 1)[1:-1]
            shifted = shift * t / (1 + (shift - 1) * t)
            if n == 1 or shifted[0] / (1 - shifted[0]) < high:
                add("flow_shift", {"shift": shift}, n, [high, *(shifted / (1 - shifted)), 0])
        for threshold in (0.005, 0.13, 0.4) if n > 1 else ():
            add("linear_quadratic", {"threshold": threshold}, n, [*(high * np.array(mochi(threshold, n))), 0])
        for table in TABLES:
            p = {"table": table}
            add("uniform", {**p, "spacing": "normal"}, n, [*between(table, np.linspace(999, 0, n)), 0])
            add("uniform", {**p, "spacing": "sgm_uniform"}, n, [*between(table, np.linspace(999, 0, n + 1)[:-1]), 0])
            add("uniform", {**p, "spacing": "simple"}, n, [*TABLES[table][[-(1 + int(i * (1000 / n))) for i in range(n)]], 0])
            add("uniform", {**p, "spacing": "linspace"}, n, [*np.interp(np.linspace(999, 0, n), np.arange(1000), TABLES[table]), 0])
            add("uniform", {**p, "spacing": "leading"}, n, [*TABLES[table][(np.arange(n) * (1000 // n))[::-1] + 1], 0])
            trailing = np.round(np.arange(1000, 0, -1000 / n)[:n]).astype(int) - 1
            add("uniform", {**p, "spacing": "trailing"}, n, [*TABLES[table][trailing], 0])
        for model in ("sd", "sdxl", "svd"):
            add("ays", {"model": model, "end": "replace"}, n, [*ays(model, n + 1)[:-1], 0])
            add("ays", {"model": model, "end": "append"}, n, [*ays(model, n), 0])
    for n in (10, 11):
        for model in ("sd", "sdxl", "svd"):
            add("ays", {"model": model, "end": "replace"}, n, [*ays(model, n + 1)[:-1], 0])
            add("ays", {"model": model, "end": "append"}, n, [*ays(model, n), 0])
    G.write("src/schedules/goldenAsymmetric.json", {"command": "python training/golden/make_asymmetric.py", "rows": rows})


if __name__ == "__main__":
    samplers()
    schedules()
