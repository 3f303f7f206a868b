import { checkPrepared } from '../../kernels/catalogue/check.ts';
import { assemble, type Harness, whole } from '../../kernels/catalogue/harness.ts';
import type { Output, Prepared } from '../../kernels/catalogue/types.ts';
import type { Env, Outcome } from '../types.ts';
import { count, together } from '../words.ts';

export const output = (buffer: GPUBuffer, values: Float64Array, tolerance: number): Output => ({
  name: 'y',
  buffer,
  at: 0,
  count: values.length,
  type: 'f32',
  tolerance,
  expected: () => whole(values),
});

export async function check(env: Env, what: string, made: readonly Promise<Prepared>[]): Promise<Outcome> {
  const parts: { error: number; allowed: number; where: string }[] = [];
  let elements = 0;
  for (const prepared of await Promise.all(made))
    try {
      for (const c of await checkPrepared(env.ctx, prepared)) {
        elements += c.checked;
        parts.push({
          error: c.pass ? c.maxError : Math.max(c.maxError, 2 * c.tolerance),
          allowed: c.tolerance,
          where: `element ${c.worst.index} is ${c.worst.got}, ${c.worst.expected} by definition`,
        });
      }
    } finally {
      prepared.destroy();
    }
  return together(parts, `${what}, ${count(elements, 'element')}`);
}
export const make = ({ ctx, slots }: Env, task: (harness: Harness) => ReturnType<Parameters<typeof assemble>[2]>) =>
  assemble(ctx, slots, task);
