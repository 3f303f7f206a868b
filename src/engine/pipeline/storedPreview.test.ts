import { describe, expect, it } from 'vitest';
import { readDiffusion } from '../../hub/diffusionConfigs.ts';
import type { ModelFiles } from '../../hub/files.ts';
import { normals } from '../../math/normal.ts';
import { storedPreview } from './storedPreview.ts';
import { bundledFiles } from './testing.ts';

const { signal } = new AbortController();
const whole = bundledFiles();
const model = await readDiffusion(whole, signal);
const bytes = await whole.read('preview.json', 0, whole.list.find((f) => f.name === 'preview.json')!.bytes, signal);
const said = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

/** The bundled model with something else in its preview.json; null takes it away. */
function withFile(change: Record<string, unknown> | string | null, from: 'bundled' | 'hub' = 'bundled'): ModelFiles {
  const text = typeof change === 'string' ? change : JSON.stringify({ ...said, ...change });
  const own = new TextEncoder().encode(text);
  const others = whole.list.filter((f) => f.name !== 'preview.json');
  return {
    ...whole,
    source:
      from === 'bundled' ? { from, id: 'text-avatars' } : { from, repo: 'owner/name', revision: 'main', file: null },
    list: change === null ? others : [...others, { name: 'preview.json', bytes: own.length }],
    read: async (name, begin, end, stop) =>
      name === 'preview.json' ? own.subarray(begin, end) : whole.read(name, begin, end, stop),
  };
}

describe('the preview that comes with a model', () => {
  it('is a map of its latents, with what it explains of the decoder', async () => {
    const preview = (await storedPreview(withFile({}), model, signal))!;
    expect(preview.fit).toBeGreaterThan(0.74);
    expect(preview.factor).toBe(4);
    expect(preview.map.weights).toHaveLength(3 * 37);
    const size = { height: 8, width: 8 };
    const rgb = preview.rgb(normals(5, 0, 1, 4 * 64), size);
    expect(rgb).toHaveLength(3 * 64);
    expect(Math.max(...rgb.map(Math.abs))).toBeLessThan(3);
  });
  it('is none where a model brings none, comes from elsewhere, or its decoder is another', async () => {
    expect(await storedPreview(withFile(null), model, signal)).toBeNull();
    expect(await storedPreview(withFile({}, 'hub'), model, signal)).toBeNull();
    expect(await storedPreview(withFile({ decoder: '0'.repeat(64) }), model, signal)).toBeNull();
  });
  it.each([
    { kind: 'cubic' },
    { from: 8 },
    { to: 1 },
    { fit: 'good' },
    { weights: [1, 2] },
    { weights: null },
    { weights: (said['weights'] as number[]).map((w, i) => (i === 7 ? 'x' : w)) },
  ])('that is damaged is refused: %j', async (change) => {
    await expect(storedPreview(withFile(change), model, signal)).rejects.toThrow(
      'preview.json of text-avatars holds no map of 4 latent channels to 3 of a picture.',
    );
  });
  it('that is no JSON is refused', async () => {
    await expect(storedPreview(withFile('{'), model, signal)).rejects.toThrow('preview.json of text-avatars');
  });
});
