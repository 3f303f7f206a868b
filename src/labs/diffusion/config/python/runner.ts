// What a script runs plans with: this page's noise, the instructions, and k-diffusion beside them.

export const NOISE = `def philox(counter, key):
    """Philox4x32-10 (Salmon et al. 2011): four random 32-bit words of each counter, as uint64 arrays."""
    low = np.uint64(0xFFFFFFFF)
    c0, c1, c2, c3 = (np.asarray(c, np.uint64) for c in counter)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = (
            (p1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), p1 & low, (p0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1), p0 & low
        )
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def normals(draw):
    """Standard normals of one draw, a function of (seed, sample, draw, element) alone. [samples, dim]."""
    groups = -(-DIM // 4)
    sample, group = np.meshgrid(np.arange(SAMPLES), np.arange(groups), indexing="ij")
    words = philox((group, sample, np.full_like(group, draw), np.zeros_like(group)), (SEED, 0x53544550))
    pairs = []
    for a, b in (words[:2], words[2:]):
        radius = np.sqrt(-2 * np.log(((a >> np.uint64(8)) + 1.0) / 2**24))
        angle = 2 * np.pi * (b >> np.uint64(8)).astype(float) / 2**24
        pairs += [radius * np.cos(angle), radius * np.sin(angle)]
    return np.stack(pairs, -1).reshape(SAMPLES, -1)[:, :DIM]`;

export const RUN = `def run(name):
    """The contender's plan, instruction by instruction. [samples, dim]."""
    registers = {"x": normals(0) * SIGMAS[name][0]}
    for what, *rest in PLANS[name]:
        if what == "evaluate":
            x, sigma, out, *asked = rest
            registers[out] = denoise(registers[x], sigma, *asked)
        elif what == "noise":
            out, draws = rest
            registers[out] = sum(weight * normals(draw) for weight, draw in draws)
        elif what == "guide":
            out, a, b, *by = rest
            registers[out] = guide(registers[a], registers[b], *by)
        else:
            out, terms, *plus = rest
            registers[out] = sum((c * registers[r] for c, r in terms), sum(plus))
    return registers["x"]`;

/** Only where a plan guides by what no sum of registers can. */
export const GUIDE = `def clipped(a, quantile, limit):
    """a within plus and minus s, times limit / s, where s is the quantile of |a| and at least the limit."""
    s = np.maximum(limit, np.quantile(np.abs(a), quantile, axis=1, keepdims=True))
    return np.divide(np.clip(a, -s, s) * limit, s, out=a.copy(), where=s > 0)


def guide(a, b, kind, *numbers):
    """What guidance makes of each sample by itself. [samples, dim]."""
    if kind == "project":
        keep, along = numbers
        square = (b * b).sum(1, keepdims=True)
        share = np.divide(along * (a * b).sum(1, keepdims=True), square, out=np.zeros_like(square), where=square > 0)
        return keep * a + share * b
    if kind == "bound":
        (radius,) = numbers
        return a * radius / np.maximum(radius, np.linalg.norm(a, axis=1, keepdims=True))
    if kind == "deviation":
        (share,) = numbers
        own, other = a.std(1, keepdims=True), b.std(1, keepdims=True)
        return a * (1 + share * (np.divide(other, own, out=np.ones_like(own), where=own > 0) - 1))
    if kind == "unit":
        largest, size = numbers
        norm = np.abs(a).max(1, keepdims=True) if largest else np.sqrt((a * a).mean(1, keepdims=True))
        return np.divide(size * a, norm, out=np.zeros_like(a), where=norm > 0)
    if kind == "affine":
        of_a, of_b, alone = np.split(np.array(numbers), [4, 8])
        return a @ of_a.reshape(2, 2).T + b @ of_b.reshape(2, 2).T + alone
    if kind == "threshold":
        return clipped(a, *numbers)
    middle, other = a.mean(1, keepdims=True), b.mean(1, keepdims=True)
    return middle + clipped(a - middle, *numbers, np.abs(b - other).max(1, keepdims=True))`;

export const K_DIFFUSION = `def by_k_diffusion(name):
    """The same by k-diffusion's function; samplers that draw noise draw its own there. [samples, dim]."""
    import torch
    from k_diffusion import sampling

    function, options = K_DIFFUSION[name]
    model = lambda x, sigma, **_: torch.from_numpy(denoise(x.numpy(), float(sigma[0])))  # noqa: E731
    sigmas = torch.tensor(SIGMAS[name], dtype=torch.float64)
    start = torch.from_numpy(normals(0)) * sigmas[0]
    if function == "sample_dpm_adaptive":  # takes the ends and tolerances, these as 64-bit numbers like the rest
        torch.set_default_dtype(torch.float64)
        positive = [sigma for sigma in SIGMAS[name] if sigma > 0]
        end = sampling.sample_dpm_adaptive(model, start, positive[-1], positive[0], disable=True, **options).numpy()
        return denoise(end, positive[-1]) if SIGMAS[name][-1] == 0 else end
    return getattr(sampling, function)(model, start, sigmas, disable=True, **options).numpy()`;
