import type * as Tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Host, Prepared, TfEnv } from '../types.ts';

export async function openTfjs(host: Host): Promise<TfEnv> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('its webgpu backend does not start');
  await tf.ready();
  // Small operations would run on the CPU.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const backend = tf.backend() as unknown as WebGPUBackend;
  const own = backend as unknown as { readonly commandEncoder: unknown };
  return {
    host,
    tf,
    backend,
    async sync() {
      // As read() does: submitting without ending the pass makes every command buffer invalid.
      if (own.commandEncoder) {
        backend.endComputePassEncoder();
        backend.submitQueue();
      }
      await backend.queue.onSubmittedWorkDone();
    },
  };
}

/** Repeats `op` on tensors made once; outputs of earlier runs are released. */
export function runTf<T extends Readonly<Record<string, Tf.Tensor>>>(
  env: TfEnv,
  tensors: T,
  op: (tensors: T) => Tf.Tensor,
  note?: string,
): Prepared {
  const { tf } = env;
  let last: Tf.Tensor | undefined;
  return {
    ...(note && { note }),
    run() {
      const out = tf.tidy(() => op(tensors));
      last?.dispose();
      last = out;
    },
    sync: env.sync,
    read: async () => Float32Array.from((await last!.data()) as Float32Array),
    dispose() {
      last?.dispose();
      for (const tensor of Object.values(tensors)) tensor.dispose();
    },
  };
}
