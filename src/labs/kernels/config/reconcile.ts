// A link against the catalogue: what it names exists, and its shape fits the family. Pure.
import type { Refusal } from '../../../core/refusal.ts';
import { formatShape } from './codec.ts';
import type { KernelExperiment, KnownFamily } from './experiment.ts';
import { defaultKernels } from './fields.ts';

type Dim = KnownFamily['dims'][number];
type Shape = Readonly<Record<string, number>>;

/** What is wrong with a number of a shape, as the end of "… must be"; null when nothing is. */
export function refuseDim(dim: Dim, value: number | undefined): string | null {
  const { min, max, multiple = 1 } = dim;
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max && value % multiple === 0
    ? null
    : `a whole number from ${min} to ${max}${multiple > 1 ? `, a multiple of ${multiple}` : ''}`;
}
export const sameShape = (a: Shape, b: Shape): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** A shape in the family's order of dimensions, or the first fault. */
function fit(family: KnownFamily, shape: Shape): Shape | string {
  const stranger = Object.keys(shape).find((name) => !family.dims.some((d) => d.name === name));
  if (stranger !== undefined)
    return `${family.id} has no '${stranger}'; it has ${family.dims.map((d) => d.name).join(', ')}`;
  for (const dim of family.dims) {
    const fault = Object.hasOwn(shape, dim.name)
      ? refuseDim(dim, shape[dim.name])
      : `given; it is ${refuseDim(dim, undefined)}`;
    if (fault) return `${dim.name} must be ${fault}`;
  }
  return Object.fromEntries(family.dims.map((d) => [d.name, shape[d.name]!]));
}

/** The first shape is written as null, so that equal experiments give equal links. */
export const writtenShape = (family: KnownFamily, shape: Shape): Shape | null =>
  sameShape(shape, family.shapes[0]!.shape) ? null : shape;

/** The experiment with what the catalogue refuses taken out. */
export function reconcileKernels(
  e: KernelExperiment,
  families: readonly KnownFamily[],
): { readonly experiment: KernelExperiment; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const usual = defaultKernels().family;
  const first = families.find((f) => f.id === usual) ?? families[0];
  if (!first) return { experiment: e, refusals };
  const family = families.find((f) => f.id === e.family);
  if (!family) {
    if (e.family !== usual)
      refusals.push({ where: 'family', value: e.family, because: 'there is no such kernel family', used: first.id });
    return { experiment: { ...e, family: first.id, shape: null, versions: [] }, refusals };
  }
  const shape = e.shape === null ? null : fit(family, e.shape);
  if (typeof shape === 'string')
    refusals.push({
      where: 'shape',
      value: formatShape(e.shape!),
      because: shape,
      used: formatShape(family.shapes[0]!.shape),
    });
  const versions = e.versions.filter((v) => family.versions.some((known) => known.id === v));
  for (const v of e.versions)
    if (!versions.includes(v))
      refusals.push({
        where: 'versions',
        value: v,
        because: `${family.id} has the versions ${family.versions.map((known) => known.id).join(', ')}`,
        used: 'left out',
      });
  return {
    experiment: {
      ...e,
      shape: shape === null || typeof shape === 'string' ? null : writtenShape(family, shape),
      versions: versions.length === family.versions.length ? [] : versions,
    },
    refusals,
  };
}
