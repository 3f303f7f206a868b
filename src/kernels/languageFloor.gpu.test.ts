import { afterAll, expect, test } from 'vitest';
import { freshContext } from '../gpu/testing.ts';
import { needsOf } from '../core/kernelVersions.ts';
import { createAttentionDecodeVersion, versions as decode } from './attention/attentionDecode.ts';
import { createAttentionPrefillVersion, versions as prefill } from './attention/attentionPrefill.ts';
import { createEmbedNormVersion, versions as embed } from './norm/embedNorm.ts';
import { createResidualNormVersion } from './norm/residualNorm.ts';
import { createTopkVersion, versions as topk } from './sampling/topk.ts';

const keys = <V extends string>(versions: Readonly<Record<V, unknown>>) => Object.keys(versions) as V[];

// The choice of a version depends on the kind of adapter, and here there are only software ones: so all are tried.
test('every version of the language kernels without stated needs fits the WebGPU floor: default limits, no optional feature', async () => {
  const floor = await freshContext({ floorLimits: true, without: ['subgroups', 'shader-f16', 'timestamp-query'] });
  afterAll(() => floor.destroy());
  const norm = { kind: 'layernorm', bias: true } as const;
  const made = await Promise.all([
    ...keys(prefill)
      .filter((v) => needsOf('attention_prefill', v).length === 0)
      .map((v) => createAttentionPrefillVersion(floor, v, { headDim: 32 })),
    ...keys(decode).map((v) => createAttentionDecodeVersion(floor, v, { headDim: 256 })),
    ...keys(embed).map((v) => createEmbedNormVersion(floor, v, { ...norm, format: 'int4', position: true })),
    ...keys(topk).map((v) => createTopkVersion(floor, v)),
    ...(['1.tree', '2.lanes'] as const).map((v) => createResidualNormVersion(floor, v, { ...norm, delta: true })),
  ]);
  expect(new Set(made.map((k) => k.label)).size).toBe(13);
  await expect(async () => createResidualNormVersion(floor, '3.subgroup', { ...norm, delta: true })).rejects.toThrow(
    'needs subgroups',
  );
  expect(floor.firstError).toBeUndefined();
});
