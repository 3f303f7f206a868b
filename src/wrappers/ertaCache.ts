import { booleanField, choiceField, numberField } from '../core/field.ts';
import type { DenoiserWrapper, Seen } from '../samplers/contenders/wrapping.ts';
import { courseOf, fittedAt, leaveOut } from './plans.ts';

interface Params {
  lambda: number;
  phi: 'none' | 'printed' | 'own';
  linear: boolean;
}
/** Columns of a fit. */
const [SKIP, PRINTED, OWN, SLOPE, OFFSET] = [0, 1, 2, 3, 4] as const;

/** State and velocity in a flow: x = x̂/(1 + σ), v = (x − D)(1 + σ)/σ. */
const flowOf = ({ sigma, x, d }: Seen) => {
  const state = Float64Array.from(x, (v) => v / (1 + sigma));
  return { state, velocity: state.map((v, i) => ((v - d[i]!) * (1 + sigma)) / sigma) };
};
const sum = (list: Float64Array, by: (v: number, i: number) => number) => list.reduce((s, v, i) => s + by(v, i), 0);
const share = (off: number, of: number) => (of > 0 ? Math.min(1, Math.max(0, 1 - off / of)) : 0);

function calibrate(seen: readonly Seen[], { lambda }: Params): readonly (readonly number[])[] {
  const rows: number[][] = [];
  let last: Float64Array | null = null;
  const flows = seen.map(flowOf);
  for (const [i, { state, velocity }] of flows.entries()) {
    const residual = velocity.map((v, k) => v - state[k]!);
    const kept: Float64Array | null = last;
    const skip = kept !== null && sum(residual, (r, k) => Math.abs(kept[k]! - r)) < lambda * sum(residual, Math.abs);
    if (!skip || !kept) {
      last = residual;
      rows.push([0, 1, 1, 0, 0]);
      continue;
    }
    // What would be carried over, and how it errs: e = ṽ − v, which a line in ṽ foretells.
    const guess = state.map((x, k) => x + kept[k]!);
    const off = sum(guess, (g, k) => Math.abs(g - velocity[k]!));
    const next = flows[i + 1]?.velocity;
    const n = guess.length;
    const mean = sum(guess, (g) => g) / n;
    const error = sum(guess, (g, k) => g - velocity[k]!) / n;
    const spread = sum(guess, (g) => (g - mean) ** 2);
    const slope = spread > 0 ? sum(guess, (g, k) => (g - mean) * (g - velocity[k]! - error)) / spread : 0;
    rows.push([
      1,
      next
        ? share(
            off,
            sum(velocity, (v, k) => Math.abs(v - next[k]!)),
          )
        : 1,
      share(off, sum(velocity, Math.abs)),
      slope,
      error - slope * mean,
    ]);
  }
  return Array.from({ length: 5 }, (_, column) => rows.map((row) => row[column]!));
}

/**
 * ERTACache: https://arxiv.org/abs/2508.21091. Of the velocity less the state, offline; its steps are shortened by φ, and
 * its error is taken off by a line (the paper's correction is the slope of a sigmoid, which this is at first order). φ as
 * printed divides by the change of the velocity in a step; our own divides by the velocity.
 */
export const ertaCache: DenoiserWrapper<Params> = {
  id: 'erta',
  title: 'ERTACache',
  paper: { title: 'Peng et al. 2025, ERTACache', url: 'https://arxiv.org/abs/2508.21091' },
  summary:
    'Leaves out the evaluations whose residual had hardly changed in a run on other noise, and takes off by a straight line the error that this made there.',
  params: {
    lambda: numberField({
      label: 'Largest change λ',
      help: 'An evaluation is left out where the carried residual is off by less than this share of it; 0 leaves none out. Changing it asks for a new fit.',
      default: 0.1,
      min: 0,
      max: 2,
      step: 0.01,
    }),
    phi: choiceField<Params['phi']>({
      label: 'Steps shortened',
      help: 'By φ where the evaluation was left out: not at all, as the paper prints it, or by the error’s share of the velocity, which is ours.',
      default: 'none',
      options: [
        ['none', 'not at all'],
        ['printed', 'φ as printed'],
        ['own', 'φ of the velocity (ours)'],
      ],
    }),
    linear: booleanField({
      label: 'Error taken off',
      help: 'By a straight line that was fitted for each evaluation.',
      default: true,
    }),
  },
  untouched: { lambda: 0 },
  fit: { by: ['lambda'], columns: ['left out', 'φ as printed', 'φ of the velocity', 'slope', 'offset'], calibrate },
  brief: ({ lambda, phi, linear }) => {
    const extra = [...(phi === 'none' ? [] : [`φ ${phi}`]), ...(linear ? [] : ['plain'])];
    return ['ERTACache', String(lambda), ...extra].join(' ');
  },
  levels(sigmas, { phi, lambda }, fitted) {
    const n = sigmas.length - 1;
    if (!fitted || phi === 'none' || lambda === 0) return sigmas;
    // In flow time: a step that carries over takes its share, and what is left is spread as the schedule spread it.
    const times = sigmas.map((s) => s / (1 + s));
    const end = times[n]!;
    const out = [...times];
    // The last step must come to the end.
    for (let i = 0; i < n - 1; i++) {
      if (fittedAt(fitted, SKIP, i, n) < 0.5) continue;
      const from = out[i + 1]!;
      const to = out[i]! + fittedAt(fitted, phi === 'printed' ? PRINTED : OWN, i, n) * (from - out[i]!);
      const stretch = from > end ? (to - end) / (from - end) : 1;
      for (let j = i + 1; j <= n; j++) out[j] = end + (out[j]! - end) * stretch;
    }
    return out.map((t, i) => (i === n ? sigmas[n]! : t / (1 - t)));
  },
  rewrite(ops, { lambda, linear }, fitted, _network, _halves, place) {
    if (!fitted || lambda === 0) return ops;
    const { n, at: along } = courseOf(ops, place);
    return leaveOut(ops, 'residual', (i) => {
      if (i === 0 || fittedAt(fitted, SKIP, along(i), n) < 0.5) return null;
      if (!linear) return { terms: [1] };
      const at = (column: number) => fittedAt(fitted, column, along(i), n);
      return { terms: [1], gain: 1 - at(SLOPE), offset: at(OFFSET) };
    });
  },
};
