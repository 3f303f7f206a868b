// The conversation over a reload: the whole tree in this browser's store, of which a link carries one path.
import { resultOf, transact, type Shelf } from '../../../../hub/indexed.ts';
import type { TemplateValues } from '../../../../formats/chatTemplate.ts';
import { pathOf, withPath, type Talk } from '../../config/talk.ts';

export interface KeptTalk {
  readonly system: string;
  readonly variables: TemplateValues;
  readonly talk: Talk;
}
const SHELF: Shelf = { database: 'stepscope-chat', store: 'talks' };
const NOW = 'now';

/** Null where there is none, or no store. */
export const readTalk = (): Promise<KeptTalk | null> =>
  transact(SHELF, 'readonly', (store) => resultOf(store.get(NOW) as IDBRequest<KeptTalk | undefined>)).then(
    (kept) => kept ?? null,
    () => null,
  );
/** Whether it is kept: without a store a conversation lasts as long as the page. */
export const keepTalk = (kept: KeptTalk): Promise<boolean> =>
  transact(SHELF, 'readwrite', (store) => {
    store.put(kept, NOW);
    return () => true;
  }).catch(() => false);

/** What is shown of what a link says and what was kept: the kept tree, unless the link has another conversation. */
export function restored(shown: KeptTalk, kept: KeptTalk | null): KeptTalk {
  if (!kept) return shown;
  if (shown.talk.turns.length === 0)
    return { ...kept, system: shown.system || kept.system, variables: { ...kept.variables, ...shown.variables } };
  const found = withPath(kept.talk, pathOf(shown.talk));
  return found ? { ...shown, talk: found } : shown;
}
