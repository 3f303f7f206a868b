// Which roles a model can answer in, and the closed forms of those of a mixture.
import { askedKey, type Asked, type Role } from '../core/role.ts';
import { mixtureClasses, mixtures } from './definitions.ts';
import { componentsOf, mixtureDenoiser, widened, type Mixture } from './mixture.ts';
import type { ModelCard, RoleDenoiser } from './types.ts';

/** The weak model of a mixture sees every component this many times as wide. */
export const WEAK_WIDTH = 2;

/** Why a role has no answer. */
export class RoleError extends Error {
  override readonly name = 'RoleError';
  readonly hint = 'Take another method of guidance, or another model.';
}

/** Refuses a class that a model of that many has not. */
export function assertClass(label: number, classes: number): void {
  if (!(label >= 0 && label < classes))
    throw new RoleError(`class ${label} is asked for, and the model has the classes 0 to ${classes - 1}`);
}

/** The class that `source` or `target` is told: −1 is none, another one must be there. */
export function namedClass({ label = -1 }: Asked, classes: number): number {
  if (label !== -1) assertClass(label, classes);
  return label;
}

/** What only a task of restoration can answer. */
export const NO_MEASUREMENT = 'the posterior of a measurement is asked for, and nothing was measured';

/** The components of a mixture's class; all of it where there is none. */
export function mixtureOf(id: keyof typeof mixtures, label: number): Mixture {
  const whole = mixtures[id]();
  const components: readonly number[] | undefined = mixtureClasses[id][label];
  return components ? componentsOf(whole, components) : whole;
}

/** The mixture that answers in a role. `main` is what is sampled: the class, or the whole where there is none. */
export function mixtureFor(id: keyof typeof mixtures, label: number, asked: Asked = {}): Mixture {
  const { role = 'main' } = asked;
  switch (role) {
    case 'main':
    case 'class':
      return mixtureOf(id, label);
    case 'null':
      return mixtureOf(id, -1);
    case 'negative':
      assertClass(asked.label ?? -1, mixtureClasses[id].length);
      return mixtureOf(id, asked.label!);
    case 'weak':
      return widened(mixtureOf(id, label), WEAK_WIDTH);
    case 'source':
    case 'target':
      return mixtureOf(id, namedClass(asked, mixtureClasses[id].length));
    case 'posterior':
      throw new RoleError(NO_MEASUREMENT);
    default:
      return role satisfies never;
  }
}

/** The mixtures of all roles, by what is asked. */
export const mixturesOfRoles = (id: keyof typeof mixtures, label: number): ReadonlyMap<string, Mixture> =>
  new Map(
    [
      ...(['main', 'class', 'null', 'weak'] as const).map((role): Asked => ({ role })),
      ...mixtureClasses[id].map((_, avoided): Asked => ({ role: 'negative', label: avoided })),
      ...[-1, ...mixtureClasses[id].keys()].flatMap((told): readonly Asked[] => [
        { role: 'source', label: told },
        { role: 'target', label: told },
      ]),
    ].map((asked) => [askedKey(asked), mixtureFor(id, label, asked)]),
  );

/** D of a mixture in every role. */
export function mixtureRoles(id: keyof typeof mixtures, label: number): RoleDenoiser {
  const made = new Map<string, ReturnType<typeof mixtureDenoiser>>();
  return (x, sigma, asked = {}) => {
    const key = askedKey(asked);
    const denoise = made.get(key) ?? mixtureDenoiser(mixtureFor(id, label, asked));
    made.set(key, denoise);
    return denoise(x, sigma);
  };
}

/** A model without classes answers as itself, whatever it is told; it has no weaker one. */
export const withoutRoles =
  (denoise: (x: Float64Array, sigma: number) => Float64Array, title: string): RoleDenoiser =>
  (x, sigma, asked) => {
    assertNoWeak(asked, title);
    return denoise(x, sigma);
  };

/** Refuses the roles that nothing here answers in. */
export function assertNoWeak(asked: Asked | undefined, title: string): void {
  if (asked?.role === 'weak') throw new RoleError(`${title} has no weaker model to be guided away from`);
  if (asked?.role === 'posterior') throw new RoleError(NO_MEASUREMENT);
}

/** The roles that say something of their own on a model; others answer as `main`, or not at all. */
export function rolesOf(
  card: Pick<ModelCard, 'kind' | 'classes' | 'weak'>,
  learned: boolean,
  label: number,
): ReadonlySet<Role> {
  if (card.kind === 'mixture' && !learned)
    return new Set<Role>(label >= 0 ? ['main', 'class', 'null', 'negative', 'weak'] : ['main', 'weak']);
  if (card.kind === 'network')
    return new Set<Role>(['main', 'class', 'null', 'negative', ...(card.weak ? (['weak'] as const) : [])]);
  return new Set<Role>(['main']);
}
