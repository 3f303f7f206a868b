// An experiment as a Python script that computes the same numbers: the plans of its contenders as data, this page's noise,
// the closed form of its target; and k-diffusion's own functions beside them where there are such.
import type { ParamValue } from '../../../core/field.ts';
import { exactTarget } from '../../../models/target.ts';
import { modelCard } from '../../../models/index.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import { kDiffusionCall } from '../../../samplers/contenders/kDiffusion.ts';
import { evaluationsOf } from '../../../samplers/diffusion/registers.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { contenderPlan } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';

export type Written = { readonly text: string } | { readonly because: string };

const literal = (v: ParamValue): string => {
  if (typeof v === 'boolean') return v ? 'True' : 'False';
  return typeof v === 'string' ? JSON.stringify(v) : String(v);
};
const numbers = (list: ArrayLike<number>): string => `[${Array.from(list, String).join(', ')}]`;

/** An instruction as tuples; none for one that the script cannot follow, or that says nothing to it. */
function tuples(op: Op): readonly string[] {
  switch (op.op) {
    case 'eval':
    case 'evalBatch':
      return evaluationsOf(op).map(({ x, sigma, out }) => `("evaluate", "${x}", ${sigma}, "${out}")`);
    case 'noise':
      return [`("noise", "${op.out}", [${op.draws.map(([w, d]) => `(${w}, ${d})`).join(', ')}])`];
    case 'lincomb':
      return [`("combine", "${op.out}", [${op.terms.map(([c, reg]) => `(${c}, "${reg}")`).join(', ')}])`];
    case 'mark':
    case 'guide':
    case 'send':
    case 'measure':
      return [];
    default:
      return op satisfies never;
  }
}

const asksOthers = (ops: readonly Op[]): boolean =>
  ops.some((op) => op.op === 'guide' || evaluationsOf(op).some(({ role = 'main' }) => role !== 'main'));

/** The target's closed form, or a place for the reader's own network. */
function model(e: Experiment): string[] {
  const target = exactTarget({ model: e.model, points: e.points, label: e.label });
  if (target?.kind !== 'mixture' || e.learned)
    return [
      'def denoise(x, sigma):',
      '    """D(x; sigma): what your network takes for the clean samples, in the coordinates x = x0 + sigma * noise."""',
      '    raise NotImplementedError("put your own denoiser here")',
    ];
  const { weights, means, stds, dim } = target.mixture;
  return [
    `WEIGHTS = np.array(${numbers(weights)})`,
    `MEANS = np.array(${numbers(means)}).reshape(-1, ${dim})`,
    `STDS = np.array(${numbers(stds)})`,
    '',
    '',
    'def denoise(x, sigma):',
    '    """E[x0 | x = x0 + sigma * noise] of the mixture, in closed form. x: [samples, dim]."""',
    '    total = STDS**2 + sigma**2',
    '    away = ((x[:, None, :] - MEANS) ** 2).sum(-1)',
    '    logs = np.log(WEIGHTS) - 0.5 * away / total - 0.5 * DIM * np.log(total)',
    '    share = np.exp(logs - logs.max(1, keepdims=True))',
    '    share /= share.sum(1, keepdims=True)',
    '    each = (STDS[:, None] ** 2 * x[:, None, :] + sigma**2 * MEANS) / total[:, None]',
    '    return (share[:, :, None] * each).sum(1)',
  ];
}

const NOISE = `def philox(counter, key):
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
    return np.stack(pairs, -1).reshape(SAMPLES, -1)[:, :DIM]


def run(name):
    """The contender's plan, instruction by instruction. [samples, dim]."""
    registers = {"x": normals(0) * SIGMAS[name][0]}
    for what, *rest in PLANS[name]:
        if what == "evaluate":
            x, sigma, out = rest
            registers[out] = denoise(registers[x], sigma)
        elif what == "noise":
            out, draws = rest
            registers[out] = sum(weight * normals(draw) for weight, draw in draws)
        else:
            out, terms = rest
            registers[out] = sum(c * registers[r] for c, r in terms)
    return registers["x"]


def by_k_diffusion(name):
    """The same by k-diffusion's function; samplers that draw noise draw its own there. [samples, dim]."""
    import torch
    from k_diffusion import sampling

    function, options = K_DIFFUSION[name]
    model = lambda x, sigma, **_: torch.from_numpy(denoise(x.numpy(), float(sigma[0])))  # noqa: E731
    sigmas = torch.tensor(SIGMAS[name], dtype=torch.float64)
    start = torch.from_numpy(normals(0)) * sigmas[0]
    return getattr(sampling, function)(model, start, sigmas, disable=True, **options).numpy()
`;

/** A contender that has a script, by its name in it. */
interface Entry {
  readonly name: string;
  readonly contender: Contender;
  readonly sigmas: readonly number[];
  readonly ops: readonly Op[];
}

/** The script, or a sentence that says why there is none. */
export function pythonScript(e: Experiment, link: string): Written {
  const { shape } = modelCard(e.model);
  const entries: Entry[] = [];
  const left: string[] = [];
  for (const contender of e.contenders) {
    const name = formatContender(contender);
    const { sigmas, ops } = contenderPlan(contender, e.model);
    if (asksOthers(ops)) left.push(name);
    else entries.push({ name, contender, sigmas, ops });
  }
  if (entries.length === 0)
    return { because: 'Every contender is guided, and the script has no model to ask with and without a class.' };
  const calls = entries.flatMap(({ name, contender }) => {
    const call = kDiffusionCall(contender);
    const options = call && Object.entries(call.options).map(([key, v]) => `${JSON.stringify(key)}: ${literal(v)}`);
    return call ? [`    ${JSON.stringify(name)}: ("${call.name}", {${options!.join(', ')}}),`] : [];
  });
  const lines = [
    `"""Written by Stepscope for ${link}`,
    '',
    'Needs NumPy. With PyTorch and k-diffusion it also runs the samplers that k-diffusion has, and says how far they are.',
    ...(left.length > 0 ? ['', `Left out, as they are guided: ${left.join(', ')}.`] : []),
    '"""',
    'import numpy as np',
    '',
    `SEED = ${e.seed}`,
    `SAMPLES = ${e.samples}`,
    `DIM = ${shape.dim}`,
    'SIGMAS = {',
    ...entries.map(({ name, sigmas }) => `    ${JSON.stringify(name)}: ${numbers(sigmas)},`),
    '}',
    'PLANS = {',
    ...entries.flatMap(({ name, ops }) => [
      `    ${JSON.stringify(name)}: [`,
      ...ops.flatMap(tuples).map((t) => `        ${t},`),
      '    ],',
    ]),
    '}',
    'K_DIFFUSION = {',
    ...calls,
    '}',
    '',
    '',
    ...model(e),
    '',
    '',
    NOISE,
    '',
    'if __name__ == "__main__":',
    '    for name in PLANS:',
    '        end = run(name)',
    '        print(f"{name}: first sample {end[0][:4]}")',
    '        if name not in K_DIFFUSION:',
    '            continue',
    '        try:',
    '            other = by_k_diffusion(name)',
    '        except ImportError:',
    '            print("    k-diffusion is not installed")',
    '            continue',
    '        if any(step[0] == "noise" for step in PLANS[name]):',
    '            print(f"    k-diffusion draws its own noise: first sample {other[0][:4]}")',
    '        else:',
    '            print(f"    k-diffusion: {np.abs(other - end).max():.2e} away at most")',
  ];
  return { text: lines.join('\n') + '\n' };
}
