import type { GpuContext } from '../../gpu/device.ts';
import { encode } from '../../gpu/kernel.ts';
import { readBuffer } from '../../gpu/readback.ts';
import { compareOutput, type OutputCheck } from './compare.ts';
import type { Prepared } from './types.ts';

export type { OutputCheck } from './compare.ts';

/** Put the inputs back, run the calls once, read every output and hold it against its reference. */
export async function checkPrepared(ctx: GpuContext, prepared: Prepared): Promise<OutputCheck[]> {
  prepared.reset();
  const encoder = ctx.device.createCommandEncoder({ label: 'check' });
  const pass = encoder.beginComputePass({ label: 'check' });
  for (const call of prepared.calls) encode(pass, call);
  pass.end();
  ctx.submit(encoder.finish());
  const checks: OutputCheck[] = [];
  for (const output of prepared.outputs) {
    const bytes = await readBuffer(ctx, output.buffer, 4 * output.at, 4 * output.count);
    checks.push(
      compareOutput(
        output.type === 'u32' ? new Uint32Array(bytes) : new Float32Array(bytes),
        output.expected(),
        output,
      ),
    );
  }
  return checks;
}
