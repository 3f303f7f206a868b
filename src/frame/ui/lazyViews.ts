import { lazy, type ComponentType } from 'react';

/** A lab's views by id, each loaded when it is first shown; draw them inside a Suspense. */
export function lazyViews<V extends string>(
  loads: Readonly<Record<V, () => Promise<ComponentType>>>,
): Readonly<Record<V, ComponentType>> {
  const made = Object.entries<() => Promise<ComponentType>>(loads).map(([id, load]) => [
    id,
    lazy(async () => ({ default: await load() })),
  ]);
  return Object.fromEntries(made) as Record<V, ComponentType>;
}
