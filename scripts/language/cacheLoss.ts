// What a cache's types cost a bundled model, beside their bytes: mean log-loss of the text that the page measures weights
// on, read by the kernels. ICD=… npx vite-node scripts/language/cacheLoss.ts; prints rows of docs/figures.md.
import { withBundled } from '../../src/engine/decoding/forcedDecode.ts';
import { measureLoss } from '../../src/engine/decoding/loss.ts';
import type { CacheFormat, CacheTypes } from '../../src/core/cacheFormat.ts';
import { nodeContext } from '../../src/gpu/testing.ts';
import { cacheBytes } from '../../src/networks/kvCache.ts';
import { createTransformer } from '../../src/networks/transformer.ts';
import type { TransformerWeights } from '../../src/networks/transformerWeights.ts';

const pairs: readonly (readonly [CacheFormat, CacheFormat])[] = [
  ['f32', 'f32'],
  ['f16', 'f16'],
  ['q8_0', 'q8_0'],
  ['q8_0', 'q4_0'],
  ['q4_0', 'q8_0'],
  ['q4_0', 'q4_0'],
];
const ctx = await nodeContext();
const signal = new AbortController().signal;
for (const id of ['sotu', 'countdown'] as const)
  await withBundled(ctx, id, 'f32', async (model) => {
    for (const [keys, values] of pairs) {
      const cache: CacheTypes = { keys, values };
      const { loss, tokens } = await measureLoss(
        model,
        (m, context) =>
          createTransformer(ctx, m.config, m.weights as TransformerWeights, {
            slots: 1,
            context,
            owner: 'measured cache',
            cache,
          }),
        signal,
      );
      console.log(
        `| ${id} | ${keys} | ${values} | ${cacheBytes(model.config, 1, cache)} | ${loss.toFixed(5)} | ${tokens} |`,
      );
    }
  });
process.exit(0);
