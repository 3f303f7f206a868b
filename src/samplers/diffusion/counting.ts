import { bytesOf, workOf, type NetworkFacts } from '../../core/part.ts';
import type { Role } from '../../core/role.ts';
import { evaluationsOf, readsOf, writesOf } from './registers.ts';
import type { Evaluate, Op, Reg } from './types.ts';

/**
 * The evaluations of a plan in groups: what is asked of one state at one level, by whatever roles, is one evaluation of
 * the guided model. Counted, not claimed.
 */
export function evaluations(ops: readonly Op[]): readonly (readonly Role[])[] {
  const groups: Role[][] = [];
  const open = new Map<string, Role[]>();
  const close = (reg: Reg) => {
    for (const key of open.keys()) if (key.endsWith(` ${reg}`)) open.delete(key);
  };
  const count = ({ sigma, x, role = 'main' }: Evaluate) => {
    const key = `${sigma} ${x}`;
    let group = open.get(key);
    if (!group) {
      groups.push((group = []));
      open.set(key, group);
    }
    group.push(role);
  };
  for (const op of ops) {
    madeBy(op).forEach(count);
    writesOf(op).forEach(close);
  }
  return groups;
}

/** What an instruction asks for, but for evaluations of which no block runs: those are put together of what was kept. */
const madeBy = (op: Op) => evaluationsOf(op).filter(({ part }) => part?.kind !== 'reuse' || part.blocks > 0);

/** Evaluations of the guided model. */
export const nfe = (ops: readonly Op[]): number => evaluations(ops).length;

/** Network passes: `main` takes that many, every other role one. */
export const passesOf = (ops: readonly Op[], main: number): number =>
  ops.flatMap(madeBy).reduce((n, { role = 'main' }) => n + (role === 'main' ? main : 1), 0);

/** The same in whole passes: of parts their share of one, by counted multiply-adds. */
export const workOfPlan = (ops: readonly Op[], main: number, network: NetworkFacts | null): number =>
  ops.flatMap(evaluationsOf).reduce((n, { role = 'main', part }) => {
    return n + workOf(part, network) * (role === 'main' ? main : 1);
  }, 0);

/** An evaluation and how many stand before it in its chain, itself among them. */
export interface Deep {
  readonly depth: number;
  readonly worker: number;
  readonly sigma: number;
  /** The last frame before it. */
  readonly marked: number;
}

/**
 * Every evaluation with its place in the chain of those that wait for each other, by what their values are made of. What a
 * plan decides by a measure waits for all that it measured.
 */
export function depthsOf(ops: readonly Op[]): readonly Deep[] {
  const depths = new Map<Reg, number>();
  const found: Deep[] = [];
  let decided = 0;
  let marked = 0;
  const of = (regs: readonly Reg[]): number =>
    regs.reduce((most, reg) => Math.max(most, depths.get(reg) ?? 0), decided);
  for (const op of ops) {
    if (op.op === 'measure') decided = of(readsOf(op));
    if (op.op === 'mark') marked = op.step;
    const asked = evaluationsOf(op);
    // Before anything is written: evaluations of a batch read what stood there.
    const made = asked.map(({ x, out }) => [out, of([x]) + 1] as const);
    made.forEach(([out, depth], k) => {
      depths.set(out, depth);
      found.push({ depth, worker: asked[k]!.worker ?? 0, sigma: asked[k]!.sigma, marked });
    });
    if (asked.length === 0) for (const out of writesOf(op)) depths.set(out, of(readsOf(op)));
  }
  return found;
}

/** The longest chain of evaluations of which each waits for the one before. */
export const depthOf = (ops: readonly Op[]): number =>
  depthsOf(ops).reduce((longest, { depth }) => Math.max(longest, depth), 0);

/** Registers that travel between emulated workers. */
export const sentOf = (ops: readonly Op[]): number => ops.filter(({ op }) => op === 'send').length;

/** Bytes of one sample that travel between the workers of parts: keys and values of strips. */
export const bytesOfParts = (ops: readonly Op[], main: number, network: NetworkFacts | null): number =>
  ops
    .flatMap(evaluationsOf)
    .reduce(
      (n, { role = 'main', part }) => n + (network ? bytesOf(part, network) : 0) * (role === 'main' ? main : 1),
      0,
    );

/** Times that a plan waits for its own numbers. */
export const readsBack = (ops: readonly Op[]): number => ops.filter(({ op }) => op === 'measure').length;
