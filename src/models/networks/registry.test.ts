import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { FormatError } from '../../formats/error.ts';
import { parseSafetensors } from '../../formats/safetensors.ts';
import { gpuArchitectures } from '../../networks/index.ts';
import type { GpuDenoiserArchitecture, GpuFeatureArchitecture, GpuHalf } from '../../networks/types.ts';
import { models } from '../index.ts';
import type { DatasetArchitecture } from './dataset.ts';
import type { DitArchitecture } from './dit.ts';
import {
  assertDim,
  imageArchitectures,
  networkDenoiser,
  networkFeatures,
  parseModelJson,
  type ImageArchitectureId,
} from './index.ts';
import type { ImageArchitecture } from './types.ts';

const root = new URL('../../../', import.meta.url);
const modelFolder = new URL('public/models/', root);
const folders = readdirSync(modelFolder).filter((id) => existsSync(new URL(`${id}/model.json`, modelFolder)));
const bundle = (id: string) => ({
  file: parseModelJson(readFileSync(new URL(`${id}/model.json`, modelFolder))),
  tensors: parseSafetensors(readFileSync(new URL(`${id}/weights.safetensors`, modelFolder))),
});
const use = { target: 'ring8', labels: [0], guidance: 1 };
const change = (id: string, edit: (json: Record<string, Record<string, unknown>>) => void) => {
  const json = JSON.parse(readFileSync(new URL(`${id}/model.json`, modelFolder), 'utf8'));
  edit(json);
  return new TextEncoder().encode(JSON.stringify(json));
};

describe.each(Object.keys(imageArchitectures) as ImageArchitectureId[])('the architecture %s', (id) => {
  const record: ImageArchitecture = imageArchitectures[id];
  const bundled = folders.filter((folder) => bundle(folder).file.architecture.kind === id);

  it('has values from PyTorch for a bundled model, or says why not', () => {
    const golden = bundled.filter((folder) => existsSync(new URL(`training/golden-networks/${folder}.json`, root)));
    if (record.noGolden === undefined) expect(golden.length).toBeGreaterThan(0);
    else expect([golden, record.noGolden.length > 20]).toEqual([[], true]);
  });

  it('has a GPU half of the same role', () => expect(gpuArchitectures[id].role).toBe(record.role));

  it('reads its bundled models under its own id, with samples of its own size', () => {
    for (const folder of bundled) {
      const { file, tensors } = bundle(folder);
      const dim = record.dim(file.architecture);
      expect(() => assertDim(file, dim)).not.toThrow();
      expect(() => assertDim(file, dim + 1)).toThrow(
        `model "${folder}" is a ${id}; a model of samples of ${dim + 1} numbers, not ${dim}, is needed here`,
      );
      if (record.role === 'denoiser') {
        expect(networkDenoiser(file, tensors, use)(new Float64Array(dim).fill(0.1), 2).length).toBe(dim);
        expect(() => networkFeatures(file, tensors)).toThrow(`"${folder}" is a ${id}; a feature net is needed here`);
      } else {
        const { features, logits } = networkFeatures(file, tensors).measure({ n: 1, dim, data: new Float64Array(dim) });
        expect([features.n, logits.n]).toEqual([1, 1]);
        expect(() => networkDenoiser(file, tensors, use)).toThrow(`"${folder}" is a ${id}; a denoiser is needed here`);
      }
    }
  });
});

it('every card with a folder has a model file of its size, in a known architecture', () => {
  for (const card of Object.values(models)) {
    if ('folder' in card) assertDim(bundle(card.folder).file, card.shape.dim);
    if ('features' in card) assertDim(bundle(card.features).file, card.shape.dim);
  }
});

it('an unknown architecture is refused with the list of known ones', () => {
  for (const kind of ['unet', 'toString', '__proto__', 7]) {
    const bytes = change('digits', (json) => (json['architecture']!['kind'] = kind));
    expect(() => parseModelJson(bytes)).toThrow(
      `architecture.kind must be one of ${Object.keys(imageArchitectures).join(', ')}, got ${JSON.stringify(kind)}`,
    );
    expect(() => parseModelJson(bytes)).toThrow(FormatError);
  }
});

describe('the parameterisation in model.json', () => {
  it('is read with the architecture', () => {
    expect(bundle('digits').file.architecture).toMatchObject({ parameterisation: { kind: 'flow' } });
    const { sigmaData } = JSON.parse(readFileSync(new URL('mlp2d/model.json', modelFolder), 'utf8')).architecture
      .targets.moons;
    expect(bundle('mlp2d').file.architecture).toMatchObject({ targets: { moons: { kind: 'edm', sigmaData } } });
  });
  it.each([
    ['digits', 'x0', 'prediction must be one of flow, edm, eps, v, velocity, got "x0"'],
    ['digits', undefined, 'prediction must be one of flow, edm, eps, v, velocity, got undefined'],
    ['digits', 'v', 'noiseTable must be one of sd, ddpm, got undefined'],
    ['mlp2d', 'exact', 'prediction must be one of flow, edm, eps, v, velocity, got "exact"'],
  ])('of %s as %s is refused by name', (id, prediction, message) => {
    const bytes = change(id, (json) => Object.assign(json, { prediction }));
    expect(() => parseModelJson(bytes)).toThrow(message);
    expect(() => parseModelJson(bytes)).toThrow(FormatError);
  });
  it.each([0, -1, null, '1', 1e9])('σ_data %j is refused by its path', (sigmaData) => {
    const bytes = change('mlp2d', (json) => {
      (json['architecture']!['targets'] as Record<string, unknown>)['spiral'] = { sigmaData };
    });
    expect(() => parseModelJson(bytes)).toThrow(
      `architecture.targets.spiral.sigmaData must be a number from 0.000001 to 1000000, got ${JSON.stringify(sigmaData)}`,
    );
  });
});

it('a missing or foreign GPU half is a type error', () => {
  type Halves = { readonly [K in ImageArchitectureId]: GpuHalf<(typeof imageArchitectures)[K]> };
  const { mlp2d, patchnet, dataset } = gpuArchitectures;
  // @ts-expect-error -- `dit` has no half here
  ({ mlp2d, patchnet, dataset }) satisfies Halves;
  // @ts-expect-error -- a feature net cannot stand in for a denoiser
  ({ mlp2d, patchnet, dataset, dit: patchnet }) satisfies Halves;
  expectTypeOf<Halves['dit']>().toEqualTypeOf<GpuDenoiserArchitecture<DitArchitecture>>();
  expectTypeOf<Halves['patchnet']>().toExtend<GpuFeatureArchitecture>();
  expectTypeOf<Halves['dataset']>().not.toEqualTypeOf<GpuDenoiserArchitecture<DitArchitecture>>();
  expectTypeOf<Halves['dataset']>().toEqualTypeOf<GpuDenoiserArchitecture<DatasetArchitecture>>();
});
