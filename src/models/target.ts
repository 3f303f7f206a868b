import { normals } from '../math/normal.ts';
import { uniforms } from '../math/uniform.ts';
import { clouds, mixtures } from './definitions.ts';
import { drawnCloud, type Point } from './drawn.ts';
import { empiricalDenoiser, empiricalLogDensity } from './empirical.ts';
import { models, type ModelId } from './index.ts';
import { logDensity, mixtureDenoiser, sampleMixture, type Mixture } from './mixture.ts';
import { mixtureOf, mixtureRoles, mixturesOfRoles, withoutRoles } from './roles.ts';
import type { Batch, Denoiser, RoleDenoiser } from './types.ts';

/** A plane target in closed form: everything the exact path needs, on the CPU and on the GPU. */
export type ExactTarget =
  { readonly kind: 'mixture'; readonly mixture: Mixture } | { readonly kind: 'points'; readonly points: Batch };

/** The fields of an experiment that say what is sampled. */
export interface TargetSource {
  readonly model: ModelId;
  readonly points: readonly Point[];
  /** Class of a mixture; the whole of it unless given. */
  readonly label?: number;
}

const isMixture = (id: ModelId): id is keyof typeof mixtures => id in mixtures;
const isCloud = (id: ModelId): id is keyof typeof clouds => id in clouds;

/** The closed form of a plane model; null for image models. */
export function exactTarget({ model, points, label = -1 }: TargetSource): ExactTarget | null {
  if (isMixture(model)) return { kind: 'mixture', mixture: mixtureOf(model, label) };
  if (isCloud(model)) return { kind: 'points', points: clouds[model]() };
  return models[model].kind === 'drawn' ? { kind: 'points', points: drawnCloud(points) } : null;
}

export const exactDenoiser = (target: ExactTarget): Denoiser =>
  target.kind === 'mixture' ? mixtureDenoiser(target.mixture) : empiricalDenoiser(target.points);

/** Its denoiser in every role. */
export function exactRoles(source: TargetSource): RoleDenoiser | null {
  if (isMixture(source.model)) return mixtureRoles(source.model, source.label ?? -1);
  const target = exactTarget(source);
  return target && withoutRoles(exactDenoiser(target), models[source.model].title);
}

/** The mixtures that answer in its roles, by what is asked; null for what is none. */
export const roleMixtures = ({ model, label = -1 }: TargetSource): ReadonlyMap<string, Mixture> | null =>
  isMixture(model) ? mixturesOfRoles(model, label) : null;

/** log p_σ(x) of each row under the target smoothed by σ. */
export const targetLogDensity = (target: ExactTarget, x: Float64Array, sigma: number): Float64Array =>
  target.kind === 'mixture' ? logDensity(target.mixture, x, sigma) : empiricalLogDensity(target.points, x, sigma);

/** First normal draw number used here: above every sampler's and the Brownian tree's (see math/normal.ts). */
export const TARGET_DRAW = 0x70000000;

/**
 * n fresh independent samples of the target smoothed by σ. A point cloud needs σ > 0 (use the card's range.min) to have
 * a density. `repeat` numbers independent sets of one seed: two of them, compared, give a metric's noise floor.
 */
export function targetSamples(target: ExactTarget, n: number, seed: number, repeat = 0, sigma = 0): Batch {
  const draw = TARGET_DRAW + repeat;
  const us = uniforms(seed, draw, n);
  if (target.kind === 'mixture') return sampleMixture(target.mixture, us, seed, draw, sigma);
  const { n: count, dim, data } = target.points;
  const z = normals(seed, draw, n, dim);
  return {
    n,
    dim,
    data: z.map((value, at) => data[Math.floor(us[Math.floor(at / dim)]! * count) * dim + (at % dim)]! + sigma * value),
  };
}
