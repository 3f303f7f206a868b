// GPU bytes by owner, of every lab whose worker is open. A lab that was opened says how it is asked; the others hold
// nothing.
import { createStore } from 'zustand/vanilla';
import type { HeldMemory } from '../../engine/worker/protocol.ts';

type Ask = () => Promise<HeldMemory> | undefined;
const askers = new Map<string, Ask>();
const waiting = new Set<string>();

export const sumOf = (held: HeldMemory | undefined): number =>
  Object.values(held?.owners ?? {}).reduce((a, b) => a + b, 0);

export const heldMemory = createStore<{
  readonly labs: Readonly<Record<string, HeldMemory>>;
  /** Most bytes that each lab was found to hold, of all the times that it was asked. */
  readonly most: Readonly<Record<string, number>>;
}>(() => ({ labs: {}, most: {} }));

/** Called once by each lab; `ask` gives undefined while its worker is not there. */
export const answersMemory = (lab: string, ask: Ask): void => void askers.set(lab, ask);

/** Asks every open worker once; one that has not yet answered is not asked again. */
export async function readHeldMemory(): Promise<void> {
  await Promise.all(
    [...askers].map(async ([lab, ask]) => {
      if (waiting.has(lab)) return;
      waiting.add(lab);
      const held = await (async () => ask())().catch(() => undefined);
      waiting.delete(lab);
      heldMemory.setState(({ labs, most }) => {
        const others = Object.entries(labs).filter(([name]) => name !== lab);
        return {
          labs: Object.fromEntries(held ? [...others, [lab, held]] : others),
          most: { ...most, [lab]: Math.max(most[lab] ?? 0, sumOf(held)) },
        };
      });
    }),
  );
}
