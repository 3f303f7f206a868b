import { describe, expect, it } from 'vitest';
import { nodeContext } from '../../gpu/testing.ts';
import { goldenUNet, nmse, picture, unetInputs } from '../../models/diffusers/golden.ts';
import { unetGraph } from '../../models/diffusers/unet.ts';
import { runGraph } from './testing.ts';

const ctx = await nodeContext();

describe.each(['ddpm', 'butterfly'])('UNet %s', (family) => {
  const { config, weights, file, golden, sizes } = goldenUNet(family);
  it('gives what diffusers gives, block by block', async () => {
    const graph = unetGraph(config, { ...sizes, taps: true });
    const outputs = await runGraph(ctx, graph, file, unetInputs(config, golden.inputs, weights));
    for (const [name, expected] of Object.entries(golden.intermediates))
      if (outputs.has(name)) expect(nmse(outputs.get(name)!, picture(expected)), name).toBeLessThan(5e-12);
    const error = nmse(outputs.get('out')!, picture(golden.outputs['sample']!));
    expect(error).toBeLessThan(5e-12);
  });
});
