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
    evaluationsOf(op).forEach(count);
    writesOf(op).forEach(close);
  }
  return groups;
}

/** Evaluations of the guided model. */
export const nfe = (ops: readonly Op[]): number => evaluations(ops).length;

/** Network passes: `main` takes that many, every other role one. */
export const passesOf = (ops: readonly Op[], main: number): number =>
  ops.flatMap(evaluationsOf).reduce((n, { role = 'main' }) => n + (role === 'main' ? main : 1), 0);
