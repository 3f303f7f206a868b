// Attention as a network records it, for heads of any size: fused, or by products of matrices through scratch memory.
import { expect, it } from 'vitest';
import { nodeContext, wave } from '../../gpu/testing.ts';
import { nmse } from '../../models/diffusers/golden.ts';
import { interpret } from '../../models/graph/interpret.ts';
import type { Graph, Tensor } from '../../models/graph/types.ts';
import { createGpuNetwork } from './network.ts';

const ctx = await nodeContext();
const nothing = () => Promise.reject(new Error('there are no weights'));

it.each([
  [1, 256, false],
  [2, 20, true],
  [2, 160, false],
  [3, 6, false],
])('%i heads of %i, causal %s: on its own tokens, and on what came of it', async (heads, headDim, causal) => {
  const width = heads * headDim;
  const tensor = (id: number, channels: number): Tensor => ({ id, samples: 2, height: 3, width: 5, channels });
  const [qkv, first, second] = [tensor(0, 3 * width), tensor(1, width), tensor(2, width)];
  const slice = (of: Tensor, at: number) => ({ of, at });
  const shape = { kind: 'attention', heads, headDim, causal } as const;
  const graph: Graph = {
    inputs: new Map([['qkv', qkv]]),
    outputs: new Map([['out', second]]),
    ops: [
      { ...shape, q: slice(qkv, 0), k: slice(qkv, width), v: slice(qkv, 2 * width), out: first },
      { ...shape, q: slice(first, 0), k: slice(qkv, width), v: slice(first, 0), out: second },
    ],
    parts: ['own', 'other'],
  };
  const input = Float64Array.from(wave(2 * 15 * 3 * width, 3));
  const network = await createGpuNetwork(
    ctx,
    graph,
    { matrix: nothing, vector: nothing },
    { format: 'f32', owner: 'test' },
  );
  const got = (await network.run({ qkv: input })).get('out')!;
  network.destroy();
  const none = () => {
    throw new Error('there are no weights');
  };
  const expected = interpret(graph, { qkv: input }, { matrix: none, vector: none }).get('out')!;
  expect(nmse(got, expected)).toBeLessThan(1e-12);
});
