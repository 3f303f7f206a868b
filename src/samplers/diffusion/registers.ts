import { registersOfMean } from '../../math/means.ts';
import type { Evaluate, Op, Reg } from './types.ts';

/** The evaluations that an instruction asks for: one, several, or none. */
export function evaluationsOf(op: Op): readonly Evaluate[] {
  if (op.op === 'evalBatch') return op.of;
  return op.op === 'eval' ? [op] : [];
}

/** The registers that an instruction reads. */
export function readsOf(op: Op): readonly Reg[] {
  switch (op.op) {
    case 'lincomb':
      return op.terms.map(([, reg]) => reg);
    case 'eval':
    case 'send':
    case 'pool':
      return [op.x];
    case 'evalBatch':
      return op.of.map(({ x }) => x);
    case 'guide':
      return op.onto === undefined ? [op.a, op.b] : [op.a, op.b, op.onto];
    case 'blend':
      return [op.by, op.a, op.b];
    case 'mark':
      return op.denoised === undefined ? [op.x] : [op.x, op.denoised];
    case 'measure':
      return op.of.flatMap(registersOfMean);
    case 'noise':
      return [];
    default:
      return op satisfies never;
  }
}

/** The registers that an instruction writes. */
export function writesOf(op: Op): readonly Reg[] {
  switch (op.op) {
    case 'eval':
    case 'lincomb':
    case 'guide':
    case 'blend':
    case 'pool':
    case 'noise':
      return [op.out];
    case 'evalBatch':
      return op.of.map(({ out }) => out);
    case 'mark':
    case 'measure':
    case 'send':
      return [];
    default:
      return op satisfies never;
  }
}

/** Every register that a plan names, the state first. */
export const registersOf = (ops: readonly Op[]): ReadonlySet<Reg> =>
  new Set(['x', ...ops.flatMap((op) => [...readsOf(op), ...writesOf(op)])]);

/** Why evaluations may not stand in one batch; null where they may. Checked wherever a batch is carried out. */
export function batchFault(of: readonly Evaluate[]): string | null {
  if (of.length === 0) return 'A batch of evaluations is empty.';
  const outs = of.map(({ out }) => out);
  const twice = outs.find((out, i) => outs.indexOf(out) !== i);
  if (twice !== undefined) return `Two evaluations of one batch write register '${twice}'.`;
  const reader = of.findIndex(({ x }, i) => outs.some((out, k) => k !== i && out === x));
  return reader < 0 ? null : `An evaluation of a batch reads register '${of[reader]!.x}', which another one writes.`;
}
