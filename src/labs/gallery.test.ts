import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { presets } from './diffusion/config/presets.ts';
import { kernelPresets } from './kernels/config/presets.ts';
import { languagePresets } from './language/config/presets.ts';
import { picturesPresets } from './pictures/config/presets.ts';

const galleries = {
  diffusion: presets,
  pictures: picturesPresets,
  language: languagePresets,
  kernels: kernelPresets,
};
const folder = new URL('../../public/gallery/', import.meta.url);

test('every entry of a gallery has its picture (node scripts/galleryPictures.mjs makes them), small, and no picture is left over', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(galleries).sort());
  let total = 0;
  for (const [lab, entries] of Object.entries(galleries)) {
    const files = readdirSync(new URL(`${lab}/`, folder));
    expect(files.sort(), lab).toEqual(
      Object.keys(entries)
        .map((id) => `${id}.webp`)
        .sort(),
    );
    for (const file of files) {
      const bytes = readFileSync(new URL(`${lab}/${file}`, folder));
      expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12), file).toBe('RIFFWEBP');
      expect(bytes.length, file).toBeLessThan(20_000);
      total += bytes.length;
    }
  }
  // Fetched one by one as they come into sight: about 5 KB for each of some eighty entries.
  expect(total).toBeLessThan(440_000);
});
