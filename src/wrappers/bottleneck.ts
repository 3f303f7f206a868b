import { choiceField, numberField } from '../core/field.ts';
import type { DenoiserWrapper } from '../samplers/contenders/wrapping.ts';
import { writesOf } from '../samplers/diffusion/registers.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';
import { numbered } from './plans.ts';

interface Params {
  down: number;
  up: number;
  how: 'completed' | 'fresh' | 'bare';
}

/** Noise for the way up, which no sampler draws: beyond Brownian paths and targets. */
const UP_DRAW = 0x73000000;
/** Not of those that stand for evaluations left out. */
const [NOISE, LOW, SAID] = ['half.noise', 'half.low', 'half.said'] as const;

/**
 * Bottleneck sampling: https://arxiv.org/abs/2503.18940, section 3: full size, half the size, full size. Averaging 2×2 leaves the
 * picture's scale and halves white noise, so the low picture has σ/2 where the full one has σ; held with each pixel four
 * times, its noise is that of σ averaged. On the way up the averaged noise is kept and completed to white noise, which is ours;
 * the paper adds fresh noise to what is denoised. Levels, where the paper counts steps.
 */
export const bottleneck: DenoiserWrapper<Params> = {
  id: 'bottleneck',
  title: 'Bottleneck sampling',
  paper: { title: 'Tian et al. 2025, Bottleneck Sampling', url: 'https://arxiv.org/abs/2503.18940' },
  summary:
    'Begins and ends at the full size, and evaluates the steps between on the picture of half the size, for a quarter of the tokens each. For models that are known at both sizes.',
  params: {
    down: numberField({
      label: 'Down at σ',
      help: 'From the first evaluation at this level or below on, pictures are of half the size.',
      default: 10,
      min: 0,
      max: 1000,
    }),
    up: numberField({
      label: 'Up at σ',
      help: 'From the first evaluation at this level or below on, they are of the full size again.',
      default: 1,
      min: 0,
      max: 1000,
    }),
    how: choiceField<Params['how']>({
      label: 'On the way up',
      help: 'The noise of the low picture is completed to white noise; or what was denoised gets fresh noise, as in the paper; or pixels are repeated and nothing is added.',
      default: 'completed',
      options: [
        ['completed', 'its noise completed (ours)'],
        ['fresh', 'denoised, with fresh noise'],
        ['bare', 'pixels repeated'],
      ],
    }),
  },
  untouched: { down: 0 },
  halves: true,
  whole: 'goes down and up once in a whole run',
  brief: ({ down, up, how }) =>
    `half the size from σ ${down} to ${up}${how === 'completed' ? '' : `, ${how === 'fresh' ? 'fresh noise' : 'repeated'}`}`,
  rewrite(ops, { down, up, how }, _fitted, _network, halves) {
    const low = (sigma: number) => sigma <= down && sigma > up;
    const { list } = numbered(ops);
    if (!halves || !list.some(([op]) => op.op === 'eval' && low(op.sigma))) return ops;
    const { height, width } = halves;
    const pool = (x: string, out: string): Op => ({ op: 'pool', x, out, height, width });
    let state: 'before' | 'low' | 'after' = 'before';
    // A memory goes down with the state.
    const written = new Set<Reg>(['x']);
    return list.flatMap(([op]): readonly Op[] => {
      const before = [...written];
      writesOf(op).forEach((reg) => written.add(reg));
      if (op.op !== 'eval') return [op];
      const asks: Op = state !== 'after' && low(op.sigma) ? { ...op, part: { kind: 'pooled' } } : op;
      if (asks === op) {
        const ends = state === 'low';
        if (ends) state = 'after';
        return ends ? [...upAt(op.sigma, op.x), op] : [op];
      }
      const begins = state === 'before';
      state = 'low';
      return [
        ...(begins ? before.map((reg) => pool(reg, reg)) : []),
        asks,
        ...(how === 'fresh' ? [copy(op.out, SAID)] : []),
      ];
    });

    /** What the state becomes at a level. */
    function upAt(sigma: number, x: string): readonly Op[] {
      if (how === 'bare') return [];
      const noise: Op = { op: 'noise', out: NOISE, draws: [[1, UP_DRAW]] };
      if (how === 'fresh')
        return [
          noise,
          {
            op: 'lincomb',
            out: x,
            terms: [
              [1, SAID],
              [sigma, NOISE],
            ],
          },
        ];
      const terms = [
        [1, x],
        [sigma, NOISE],
        [-sigma, LOW],
      ] as const;
      return [noise, pool(NOISE, LOW), { op: 'lincomb', out: x, terms }];
    }
  },
};
const copy = (from: string, to: string): Op => ({ op: 'lincomb', out: to, terms: [[1, from]] });
