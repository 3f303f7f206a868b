import type { HistoryEntry } from './history.ts';

/** An experiment enters the history when it has stood this long. */
const STOOD_MS = 2500;

export interface RememberLater {
  /** Keeps an entry in the history unless `forget` comes first. */
  soon(entry: () => Omit<HistoryEntry, 'at'>): void;
  readonly forget: () => void;
}
export function createRememberLater(): RememberLater {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const forget = () => clearTimeout(timer);
  return {
    soon(entry) {
      forget();
      timer = setTimeout(() => {
        const added = { ...entry(), at: Date.now() };
        // The first view has no need of it.
        void import('./history.ts').then(({ remember }) => remember(added));
      }, STOOD_MS);
    },
    forget,
  };
}
