// A plan's instructions as formulas, step by step. Pure.
import { nfe } from '../../../samplers/diffusion/counting.ts';
import type { Part } from '../../../core/part.ts';
import type { Evaluate } from '../../../samplers/diffusion/types.ts';
import type { Mean } from '../../../math/means.ts';
import type { ContenderPlan } from '../config/contender.ts';
import type { Role } from '../../../core/role.ts';
import type { Guide } from '../../../math/guide.ts';
import { sigmaText } from '../../../frame/ui/format.ts';

type Op = ContenderPlan['ops'][number];
export interface Line {
  readonly out: string;
  readonly text: string;
  readonly evaluation: boolean;
  /** Of evaluations side by side: whether it is the first of them, the last, or between. */
  readonly side?: 'first' | 'between' | 'last';
}
export interface PlanStep {
  readonly step: number;
  readonly from: number;
  readonly to: number;
  readonly evaluations: number;
  readonly ops: readonly Op[];
}

/** The instructions between two frames. What comes before the first frame of step 1 belongs to it. */
export function planSteps(plan: Pick<ContenderPlan, 'ops' | 'sigmas'>): PlanStep[] {
  const steps: PlanStep[] = [];
  let ops: Op[] = [];
  let from = plan.sigmas[0] ?? 0;
  for (const op of plan.ops) {
    if (op.op !== 'mark') ops.push(op);
    else if (op.step > 0) {
      steps.push({ step: op.step, from, to: op.sigma, evaluations: nfe(ops), ops });
      ops = [];
      from = op.sigma;
    }
  }
  return steps;
}

/** A coefficient with its sign apart: 0.6180, 1.2·10⁻⁵. */
const coefficient = (c: number): string => {
  const size = Math.abs(c);
  if (size === 1) return '';
  const text =
    size >= 1e-3 && size < 1e4
      ? size.toPrecision(4)
      : size.toExponential(2).replace(/e([+-])0*(\d+)/, (_, s: string, d: string) => `·10^${s === '-' ? '−' : ''}${d}`);
  return `${text}·`;
};
function sign(negative: boolean, first: boolean): string {
  if (first) return negative ? '−' : '';
  return negative ? ' − ' : ' + ';
}
/** What has no weight is not there. */
export const sum = (terms: readonly (readonly [number, string])[]): string =>
  terms
    .filter(([c]) => c !== 0)
    .map(([c, name], i) => `${sign(c < 0, i === 0)}${coefficient(c)}${name}`)
    .join('') || '0';

/** The denoiser as the roles call it: c is told the class, ∅ nothing. */
const DENOISERS: Readonly<Record<Role, string>> = {
  main: 'D',
  class: 'D_c',
  null: 'D_∅',
  negative: 'D_neg',
  weak: 'D_weak',
  source: 'D_src',
  target: 'D_tgt',
  posterior: 'D_post',
};

/** What guidance does to a sample, written with the registers' names. */
function guideText(by: Guide, a: string, b: string, onto: string): string {
  const n = (v: number) => String(Number(v.toPrecision(4)));
  switch (by.kind) {
    case 'project':
      return sum([...(by.keep === 0 ? [] : [[by.keep, a] as const]), [by.along, `⟨${a}, ${b}⟩/⟨${b}, ${b}⟩·${onto}`]]);
    case 'bound':
      return `${a}·min(1, ${n(by.radius)}/|${a}|)`;
    case 'deviation':
      return `${a}·(1 + ${n(by.share)}·(std ${b}/std ${a} − 1))`;
    case 'unit':
      return `${n(by.size)}·${a}/${by.norm === 'max' ? `max |${a}|` : `rms ${a}`}`;
    case 'affine':
      return `A·${a} + B·${b} + c, [A B c] = ${by.matrix.map(n).join(' ')}`;
    case 'threshold':
      return `clip(${a}, ± s)·${n(by.limit)}/s, s = max(${n(by.limit)}, ${n(100 * by.quantile)} % quantile of |${a}|)`;
    case 'mimic':
      return `clip(${a}, ± s)·m/s about its mean, m = max |${b} − mean|, s = max(m, ${n(100 * by.quantile)} % quantile)`;
    default:
      return by satisfies never;
  }
}

/** What of a pass is left out, or kept for later. */
function partText(part: Part | undefined): string {
  switch (part?.kind) {
    case undefined:
      return '';
    case 'exit':
      return `, left after block ${part.blocks}${part.head === 'fitted' ? ' by a fitted head' : ''}`;
    case 'keep':
      return `, keeps R₀ = what ${part.blocks === 0 ? 'all blocks add' : `blocks after ${part.blocks} add`}`;
    case 'reuse': {
      const kept = part.terms.map((c, j) => [c, `R${'₀₁₂'[j] ?? ''}`] as const);
      return `, ${part.blocks === 0 ? 'no block' : `${part.blocks} of the blocks`} and ${sum(kept)}`;
    }
    case 'strips': {
      const others = part.halo === 'all' ? 'all others' : `${part.halo} ${part.halo === 1 ? 'row' : 'rows'} beside it`;
      return part.sync
        ? `, ${part.workers} strips that wait for each other`
        : `, ${part.workers} strips, each with the last keys and values of ${others}`;
    }
    case 'pooled':
      return ', at half the size';
    case 'sparse': {
      const share = `${Math.round(100 * part.keep)} % of the tokens`;
      if (part.refresh) return `, keeps what a window of ${share} misses`;
      const by = [part.ratio ? 'ρ·' : '', part.residual ? ' + R' : ''];
      return `, attention = ${by[0]}(window of ${share})${by[1]}`;
    }
    default:
      return part satisfies never;
  }
}

const evaluation = ({ role = 'main', x, sigma, out, worker, part }: Evaluate): Line => ({
  out,
  text: `${DENOISERS[role]}(${x}; σ = ${sigmaText(sigma)}${partText(part)})${worker === undefined ? '' : ` on worker ${worker}`}`,
  evaluation: true,
});

/** What a plan asks about its numbers. */
function meanText({ terms, power, scale }: Mean): string {
  const inside = sum(terms);
  const n = (v: number) => String(Number(v.toPrecision(4)));
  const of = scale?.of.map((reg) => `|${reg}|`).join(', ');
  const divisor = scale ? `/max(${n(scale.absolute)}, ${n(scale.relative)}·max(${of}))` : '';
  return `mean |${scale && terms.length > 1 ? `(${inside})` : inside}${divisor}|${power === 2 ? '²' : ''}`;
}

function sideOf(k: number, count: number): 'first' | 'between' | 'last' {
  if (k === 0) return 'first';
  return k === count - 1 ? 'last' : 'between';
}

/** One instruction as lines `out ← text`; none for a frame. */
export function lines(op: Op): readonly Line[] {
  switch (op.op) {
    case 'eval':
      return [evaluation(op)];
    case 'evalBatch':
      return op.of.map((e, k) => ({ ...evaluation(e), ...(op.of.length > 1 && { side: sideOf(k, op.of.length) }) }));
    case 'guide':
      return [{ out: op.out, text: guideText(op.by, op.a, op.b, op.onto ?? op.b), evaluation: false }];
    case 'blend':
      return [{ out: op.out, text: `${op.by}⊙${op.a} + (1 − ${op.by})⊙${op.b}`, evaluation: false }];
    case 'pool':
      return [{ out: op.out, text: `mean of 2×2 of ${op.x}`, evaluation: false }];
    case 'lincomb':
      return [{ out: op.out, text: op.plus ? sum([...op.terms, [op.plus, '1']]) : sum(op.terms), evaluation: false }];
    case 'noise':
      return [
        {
          out: op.out,
          text:
            op.draws.length === 1 && op.draws[0]![0] === 1
              ? `z${op.draws[0]![1]}`
              : sum(op.draws.map(([w, draw]) => [w, `z${draw}`] as const)),
          evaluation: false,
        },
      ];
    case 'send':
      return [{ out: `worker ${op.to}`, text: `${op.x} of worker ${op.from}`, evaluation: false }];
    case 'measure':
      return op.of.map((of) => ({
        out: 'plan',
        text: `${meanText(of)}${op.per === 'sample' ? ' of each sample' : ''}`,
        evaluation: false,
      }));
    case 'mark':
      return [];
    default:
      return op satisfies never;
  }
}
