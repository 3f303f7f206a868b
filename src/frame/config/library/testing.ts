// Saved experiments for tests.
import type { Contestant, Figure, Metric, Saved } from './types.ts';

export const energy: Metric = { id: 'energy', title: 'Energy', unit: '', better: 'lower', spread: 'leftOut' };
export const wall: Metric = { id: 'wall', title: 'Wall', unit: 'ms', better: null, spread: null };

/** A value with eight parts that lie around it by as much, in turn above and below. */
export const figure = (metric: string, value: number, wobble: number | null = null): Figure => ({
  metric,
  value,
  half: wobble,
  spread: wobble === null ? null : Array.from({ length: 8 }, (_, i) => value + (i % 2 === 0 ? wobble : -wobble)),
});
export const contestant = (id: string, more: Partial<Contestant> = {}): Contestant => ({
  id,
  kind: id.split(':')[0]!,
  name: id,
  ground: 'g',
  settings: [{ field: 'Sampler', value: id.split(':')[0]! }],
  figures: [],
  ...more,
});
export const saved = (id: string, more: Partial<Saved> = {}): Saved => ({
  id,
  name: `Name of ${id}`,
  tags: [],
  note: '',
  lab: 'diffusion',
  hash: 'model=moons&seed=3',
  device: 'SwiftShader',
  version: '0.6.0',
  createdAt: 1000,
  changedAt: 2000,
  picture: '',
  settings: [
    { field: 'Model', value: 'Two moons' },
    { field: 'Seed', value: '3' },
  ],
  metrics: [energy, wall],
  contenders: [contestant('euler:karras:8', { figures: [figure('energy', 0.5, 0.1), figure('wall', 12)] })],
  ...more,
});
/** As labs/index.ts and labStore.ts have them. */
export const labs = ['diffusion', 'language'];
export const labOf = (hash: string): string => (/(?:^|[#&])lab=language/.test(hash) ? 'language' : 'diffusion');
