"""Writes src/samplers/diffusion/goldenAdaptive.json: k-diffusion's `sample_dpm_adaptive` on the problem of make_golden.py, with its
random numbers. Beside the end point stand the steps that it took and did not take, and the evaluations as it counts them: it
asks again about the start of a step that it did not take.
"""

import make_golden as G

SETTINGS = [
    {},
    {"order": 2},
    {"rtol": 0.01, "atol": 0.001},
    {"rtol": 0.001, "atol": 0.0001, "order": 2},
    {"rtol": 1e-5, "atol": 1e-6},
    {"h_init": 3.0},
    {"pcoeff": 0.3, "icoeff": 0.7, "dcoeff": 0.2},
    {"accept_safety": 0.97, "h_init": 1.0},
    {"eta": 1.0},
    {"eta": 0.4, "s_noise": 0.8, "order": 2, "rtol": 0.02},
]

if __name__ == "__main__":
    cases = []
    for top, bottom in ((12.0, 0.05), (80.0, 0.002)):
        for params in SETTINGS:
            x, info = G.K.sample_dpm_adaptive(
                lambda x, sigma: G.denoise(x, sigma[0]), G.START * top, bottom, top, disable=True, return_info=True,
                noise_sampler=G.Sequence(), **params)
            cases.append({"params": params, "from": top, "to": bottom, "accepted": info["n_accept"], "rejected": info["n_reject"],
                          "nfe": info["nfe"], "x": x.flatten().tolist()})
    G.write("src/samplers/diffusion/goldenAdaptive.json", {"command": "python training/golden/make_adaptive.py", "cases": cases})
