import { textField } from '../../core/field.ts';
import { adamsWeights, exponentialWeights, ring, slope } from './parts/multistep.ts';
import { combine, denoise, mark, start, steps } from './parts/ops.ts';
import type { Op, Reg, Sampler } from './types.ts';

/** How one step is made. */
export interface StepChoice {
  /** What is interpolated between levels: D (`x`) or the slope, which is the predicted noise (`e`). */
  readonly of: 'x' | 'e';
  /** How many evaluations it looks back on, its own included, as far as there are so many. */
  readonly order: number;
  /** Whether the next evaluation makes the step again, so that it costs none of its own. */
  readonly corrected: boolean;
}

const TOKEN = /^([xe])([1-4])(c?)$/;
export const MOST_CHOICES = 100;

/** `x1_e2_e3c`; undefined where the text is no plan. */
export function parseChoices(text: string): readonly StepChoice[] | undefined {
  const found = text.split('_').map((token) => TOKEN.exec(token));
  if (found.some((m) => m === null) || found.length > MOST_CHOICES) return undefined;
  return found.map((m) => ({ of: m![1] as 'x' | 'e', order: Number(m![2]), corrected: m![3] === 'c' }));
}
export const formatChoices = (choices: readonly StepChoice[]): string =>
  choices.map(({ of, order, corrected }) => `${of}${order}${corrected ? 'c' : ''}`).join('_');

/** The step from s to t of the values at `nodes` (any order), out of the state `from`. */
function step(from: Reg, s: number, t: number, of: 'x' | 'e', nodes: readonly number[], values: readonly Reg[]): Op {
  const w = of === 'x' ? exponentialWeights(nodes, s, t, 1) : adamsWeights(nodes, t, 'log', s);
  return combine('x', [[of === 'x' ? t / s : 1, from], ...w.map((c, j) => [c, values[j]!] as const)]);
}

/**
 * A multistep method that is chosen anew at every step: exponential Adams in D or in the slope, of any order to 4, with or
 * without a correction by the next evaluation. Liu et al. 2023, https://arxiv.org/abs/2312.07243 (USF; its search is S³):
 * interpolation in λ = −log σ, integrated exactly. Choices repeat their last where there are more steps. What is written
 * down is the predicted state; the corrector makes it again before the next step leaves.
 */
export const composed: Sampler<{ plan: string }> = {
  id: 'composed',
  title: 'Composed',
  paper: {
    title: 'A Unified Sampling Framework for Solver Searching of Diffusion Probabilistic Models',
    url: 'https://arxiv.org/abs/2312.07243',
  },
  summary: 'Each step its own: in D or in the noise, of its own order, corrected or not. A search finds the plan.',
  family: 'Multistep',
  order: 3,
  stochastic: () => false,
  params: {
    plan: textField({
      label: 'Plan',
      help: 'A choice a step: x (D) or e (noise), its order 1 to 4, and c where the next evaluation corrects it; the last is repeated.',
      default: 'e3',
      maxLength: 600,
      refuse: (text) =>
        parseChoices(text) ? null : 'A plan is made of choices as x1, e2 or x3c, joined by _, at most a hundred.',
    }),
  },
  *plan(sigmas, { plan }) {
    const choices = parseChoices(plan)!;
    const longest = Math.max(...choices.map((c) => c.order + (c.corrected ? 1 : 0)));
    const registers = { x: ring('d', longest), e: ring('e', longest) };
    const slopes = choices.some((c) => c.of === 'e');
    yield start(sigmas);
    for (const { i, s, t } of steps(sigmas)) {
      const before = choices[Math.min(i, choices.length) - 1];
      const choice = choices[Math.min(i, choices.length - 1)]!;
      const d = registers.x(i);
      yield denoise(s, d);
      if (slopes) yield slope(s, registers.e(i), d);
      if (i > 0 && before!.corrected) {
        const back = Math.min(before!.order, i);
        const nodes = Array.from({ length: back + 1 }, (_, k) => sigmas[i - k]!);
        const values = nodes.map((_, k) => registers[before!.of](i - k));
        yield step('before', sigmas[i - 1]!, s, before!.of, nodes, values);
      }
      if (choice.corrected) yield combine('before', [[1, 'x']]);
      if (t === 0) yield combine('x', [[1, d]]);
      else {
        const nodes = Array.from({ length: Math.min(choice.order, i + 1) }, (_, k) => sigmas[i - k]!);
        const values = nodes.map((_, k) => registers[choice.of](i - k));
        yield step('x', s, t, choice.of, nodes, values);
      }
      yield mark(i + 1, t, d);
    }
  },
};
