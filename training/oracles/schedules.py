"""The runs of whole samplers: which tiny network, which scheduler with which settings, how many steps."""

SD = dict(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, steps_offset=1)
DDPM = dict(beta_schedule="linear", beta_start=1e-4, beta_end=0.02)
ZERO = dict(SD, prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing")
DDIM = dict(clip_sample=False, set_alpha_to_one=False)

# name: (network, scheduler, its settings, steps, guidance, more)
RUNS = {
    "ddim-leading": ("sd1", "DDIMScheduler", dict(SD, **DDIM), 10, 7.5, {}),
    "ddim-trailing": ("sd1", "DDIMScheduler", dict(SD, **DDIM, timestep_spacing="trailing"), 10, 1, {}),
    "ddim-v-zero-snr": ("sd2", "DDIMScheduler", dict(ZERO, **DDIM), 10, 3, {"guidance_rescale": 0.7}),
    "ddim-pixels-clipped": ("ddpm", "DDIMScheduler", dict(DDPM, clip_sample=True), 10, 1, {}),
    "euler-leading": ("sd1", "EulerDiscreteScheduler", dict(SD, timestep_spacing="leading"), 10, 7.5, {}),
    "euler-linspace": ("sd1", "EulerDiscreteScheduler", dict(SD, timestep_spacing="linspace"), 10, 1, {}),
    "euler-trailing": ("sd1", "EulerDiscreteScheduler", dict(SD, timestep_spacing="trailing"), 10, 1, {}),
    "euler-turbo": ("sd2", "EulerDiscreteScheduler", dict(SD, timestep_spacing="trailing"), 4, 1, {}),
    "euler-karras": ("sd1", "EulerDiscreteScheduler", dict(SD, use_karras_sigmas=True), 10, 7.5, {}),
    "euler-v-zero-snr": ("sd2", "EulerDiscreteScheduler", ZERO, 10, 1, {}),
    "dpmpp-2m": ("sd1", "DPMSolverMultistepScheduler", SD, 10, 7.5, {}),
    "dpmpp-2m-karras": ("sd1", "DPMSolverMultistepScheduler", dict(SD, use_karras_sigmas=True), 10, 1, {}),
    "dpmpp-2m-v": ("sd2", "DPMSolverMultistepScheduler", dict(SD, prediction_type="v_prediction"), 10, 3, {}),
    "dpmpp-2m-few": ("sd1", "DPMSolverMultistepScheduler", SD, 5, 1, {}),
    "unipc": ("sd1", "UniPCMultistepScheduler", SD, 10, 7.5, {}),
    "unipc-order-3": ("sd1", "UniPCMultistepScheduler", dict(SD, solver_order=3), 10, 1, {}),
    "lcm-4": ("lcm", "LCMScheduler", dict(SD, **DDIM), 4, 8.5, {}),
    "lcm-8": ("lcm", "LCMScheduler", dict(SD, **DDIM), 8, 2, {}),
    "consistency-1": ("cd", "CMStochasticIterativeScheduler", {}, 1, 1, {}),
    "consistency-3": ("cd", "CMStochasticIterativeScheduler", {}, None, 1, {"timesteps": [22, 11, 0]}),
    "consistency-10": ("cd", "CMStochasticIterativeScheduler", {}, 10, 1, {}),
}
