import type * as Jax from '@jax-js/jax';
import type { Host, JaxEnv, Prepared } from '../types.ts';

export async function openJax(host: Host): Promise<JaxEnv> {
  const jax = await import('@jax-js/jax');
  if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('its webgpu backend does not start');
  jax.defaultDevice('webgpu');
  return { host, jax };
}

export const jaxArray = ({ jax }: JaxEnv, data: Float32Array<ArrayBuffer>, shape: number[]) =>
  jax.numpy.array(data, { shape, dtype: jax.numpy.float32 });

/**
 * Repeats a compiled function on arrays made once. Arrays are lazy, and disposing of an output that nobody waited for
 * cancels it: outputs are kept until everything is waited for. A function takes its arguments over, so each run hands
 * it references.
 */
export async function runJax(
  env: JaxEnv,
  arrays: readonly Jax.Array[],
  op: (...arrays: Jax.Array[]) => Jax.Array,
  note?: string,
): Promise<Prepared> {
  const { jax } = env;
  const compiled = jax.jit(op as never) as unknown as ((...arrays: Jax.Array[]) => Jax.Array) & { dispose(): void };
  let kept: Jax.Array[] = [];
  for (const a of arrays) await a.blockUntilReady();
  return {
    ...(note && { note }),
    run() {
      kept.push(compiled(...arrays.map((a) => a.ref)));
    },
    async sync() {
      await jax.blockUntilReady(kept);
      while (kept.length > 1) kept.shift()!.dispose();
    },
    read: async () => Float32Array.from((await kept.at(-1)!.ref.data()) as Float32Array),
    dispose() {
      for (const a of [...kept, ...arrays]) a.dispose();
      kept = [];
      compiled.dispose();
    },
  };
}
