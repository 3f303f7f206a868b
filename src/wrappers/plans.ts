// What wrappers do to a plan: evaluations numbered as they are counted, left out of it or made parts.
import { choiceField } from '../core/field.ts';
import type { Part } from '../core/part.ts';
import { askedKey } from '../core/role.ts';
import type { Fitted, Place } from '../samplers/contenders/wrapping.ts';
import { writesOf } from '../samplers/diffusion/registers.ts';
import type { Op, Reg } from '../samplers/diffusion/types.ts';

type Eval = Extract<Op, { op: 'eval' }>;

/** Registers of wrappers: no sampler's and no guidance's begins so. */
const own = (name: string): Reg => `w.${name}`;
export const ownRegister = (reg: Reg): boolean => reg.startsWith('w.');

/** A plan, every evaluation with its number: what several are asked of one state at one level has one. */
export function numbered(ops: readonly Op[]): {
  readonly list: readonly (readonly [Op, number])[];
  readonly count: number;
} {
  const single = ops.flatMap((op): readonly Op[] =>
    op.op === 'evalBatch' ? op.of.map((e) => ({ op: 'eval', ...e })) : [op],
  );
  const open = new Map<string, { readonly x: Reg; readonly number: number }>();
  let count = 0;
  const list = single.map((op): readonly [Op, number] => {
    let number = -1;
    if (op.op === 'eval') {
      const key = `${op.sigma} ${op.x}`;
      number = open.get(key)?.number ?? count++;
      open.set(key, { x: op.x, number });
    }
    for (const made of writesOf(op)) for (const [key, { x }] of open) if (x === made) open.delete(key);
    return [op, number];
  });
  return { list, count };
}

export const evaluationsIn = (ops: readonly Op[]): number => numbered(ops).count;

/**
 * What is carried from one evaluation to a later one, linear in the state and D. `residual`: the velocity of a flow less
 * its state; `velocity`: itself; `noise` and `denoised`: as they are called.
 */
export const FORMS = ['residual', 'velocity', 'noise', 'denoised'] as const;
export type Form = (typeof FORMS)[number];

/** The form at level σ as αx̂ + βD: in a flow x = x̂/(1 + σ), t = σ/(1 + σ) and v = (x − D)/t. */
export function formAt(form: Form, sigma: number): { readonly x: number; readonly d: number } {
  switch (form) {
    case 'residual':
      return { x: 1 / sigma - 1 / (1 + sigma), d: -(1 + sigma) / sigma };
    case 'velocity':
      return { x: 1 / sigma, d: -(1 + sigma) / sigma };
    case 'noise':
      return { x: 1 / sigma, d: -1 / sigma };
    case 'denoised':
      return { x: 0, d: 1 };
    default:
      return form satisfies never;
  }
}

export const formField = (help: string, standard: Form) =>
  choiceField<Form>({
    label: 'Carried over',
    help,
    default: standard,
    options: [
      ['residual', 'velocity − state'],
      ['velocity', 'velocity'],
      ['noise', 'noise'],
      ['denoised', 'denoised'],
    ],
  });

/** An evaluation that is not made: a sum of the forms of the last ones that were, the newest first. */
export interface Reused {
  readonly terms: readonly number[];
  /** The velocity that comes of it becomes gain·v − offset. */
  readonly gain?: number;
  readonly offset?: number;
}

/** Numbers of evaluations that are made, as `decide` is asked of each in turn; null makes it. */
export type Decide = (number: number) => Reused | null;

/** Leaves evaluations out: D is made of what others have said of the same role. No network is asked. */
export function leaveOut(ops: readonly Op[], form: Form, decide: Decide): readonly Op[] {
  const { list, count } = numbered(ops);
  const decided = Array.from({ length: count }, (_, i) => decide(i));
  const longest = Math.max(0, ...decided.map((d) => d?.terms.length ?? 0));
  if (longest === 0) return ops;
  const made = new Map<string, number>();
  const place = (asked: Eval, back: number) => {
    const key = askedKey(asked);
    return own(`${key === 'main' ? '' : `${key.replace(' ', '')}.`}${(made.get(key)! - 1 - back) % longest}`);
  };
  /** Whether any evaluation after this one comes back to it. */
  const wanted = (number: number) => {
    const next = decided.slice(number + 1);
    const computed = next.findIndex(
      (d, i) => d === null && next.slice(0, i).filter((e) => e === null).length + 1 >= longest,
    );
    return next.slice(0, computed < 0 ? undefined : computed + 1).some((d) => d !== null);
  };
  return list.flatMap(([op, number]): readonly Op[] => {
    if (op.op !== 'eval' || op.role === 'weak') return [op];
    const reused = decided[number];
    const { x, d } = formAt(form, op.sigma);
    const key = askedKey(op);
    if (!reused) {
      if (!wanted(number)) return [op];
      made.set(key, (made.get(key) ?? 0) + 1);
      const keep = place(op, 0);
      // Where D takes the state's place, the state's share is put down before.
      return op.out === op.x
        ? [
            { op: 'lincomb', out: keep, terms: [[x, op.x]] },
            op,
            {
              op: 'lincomb',
              out: keep,
              terms: [
                [1, keep],
                [d, op.out],
              ],
            },
          ]
        : [op, { op: 'lincomb', out: keep, terms: [...(x === 0 ? [] : [[x, op.x] as const]), [d, op.out]] }];
    }
    const { terms, gain = 1, offset = 0 } = reused;
    const { sigma } = op;
    const state = (1 - gain) / (1 + sigma) - (gain * x) / d;
    const plus = (sigma / (1 + sigma)) * offset;
    return [
      {
        op: 'lincomb',
        out: op.out,
        terms: [
          ...(state === 0 ? [] : [[state, op.x] as const]),
          ...terms.map((c, j) => [(gain * c) / d, place(op, j)] as const),
        ],
        ...(plus !== 0 && { plus }),
      },
    ];
  });
}

/** Makes evaluations parts of a pass; what is a part already stays, and so does the weaker model's. */
export function takeParts(ops: readonly Op[], decide: (number: number) => Part | null): readonly Op[] {
  const { list, count } = numbered(ops);
  const parts = Array.from({ length: count }, (_, i) => decide(i));
  if (parts.every((part) => part === null || part.kind === 'keep')) return ops;
  return list.map(([op, number]): Op => {
    const part = number < 0 ? null : parts[number];
    return op.op === 'eval' && part && !op.part && op.role !== 'weak' ? { ...op, part } : op;
  });
}

/** How far along its run an evaluation of a plan is: its number, and how many there are in all. */
export function courseOf(ops: readonly Op[], place?: Place): { readonly n: number; at(i: number): number } {
  return { n: place?.evaluations ?? evaluationsIn(ops), at: (i) => i + (place?.before ?? 0) };
}

/** A fitted number of evaluation i of n: its own, or that of the one as far along where there were others. */
export function fittedAt({ evaluations, columns }: Fitted, column: number, i: number, n: number): number {
  const at = n === evaluations || n < 2 ? i : Math.round((i * (evaluations - 1)) / (n - 1));
  return columns[column]![Math.min(at, evaluations - 1)]!;
}
