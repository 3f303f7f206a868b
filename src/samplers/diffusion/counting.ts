import { workOf, type NetworkFacts } from '../../core/part.ts';
import type { Role } from '../../core/role.ts';
import { evaluationsOf, writesOf } from './registers.ts';
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
    const share = network ? workOf(part, network) : 1;
    return n + share * (role === 'main' ? main : 1);
  }, 0);
