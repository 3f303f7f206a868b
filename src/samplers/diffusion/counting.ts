import type { Role } from '../../core/role.ts';
import type { Op, Reg } from './types.ts';

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
  for (const op of ops) {
    if (op.op === 'mark') continue;
    if (op.op === 'eval') {
      const key = `${op.sigma} ${op.x}`;
      let group = open.get(key);
      if (!group) {
        groups.push((group = []));
        open.set(key, group);
      }
      group.push(op.role ?? 'main');
    }
    close(op.out);
  }
  return groups;
}

/** Evaluations of the guided model. */
export const nfe = (ops: readonly Op[]): number => evaluations(ops).length;

/** Network passes: `main` takes that many, every other role one. */
export const passesOf = (ops: readonly Op[], main: number): number =>
  ops.reduce((n, op) => {
    if (op.op !== 'eval') return n;
    return n + ((op.role ?? 'main') === 'main' ? main : 1);
  }, 0);
