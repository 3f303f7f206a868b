// The life of a lab: what happens after an edit, when the reader leaves for another lab and comes back, and its keys.
import type { Address } from './address.ts';
import { takeDrops, type OwnDrops } from './drop.ts';
import { inLab, keepHash, labStore } from './labStore.ts';
import type { Teller } from './notices.ts';
import type { Undoable } from './undoable.ts';

export interface LifeOptions<E extends object> {
  readonly lab: string;
  /** What the tab is called while the lab is open: the experiment in a few words, the most telling first. */
  readonly title: (now: E) => string;
  readonly experiment: Undoable<E>;
  readonly address: Address;
  /** Where it is told what a dropped file held. */
  readonly notices?: Teller<never>;
  /** What is made of one that holds no experiment. */
  readonly drops?: OwnDrops;
  /** How long an edit must stand before it counts: long enough to gather one gesture. */
  readonly debounceMs?: (now: E, before: E) => number;
  /** Whether an edit changes what is computed; one that changes only the view is written to the address at once. */
  readonly changesResult?: (now: E, before: E) => boolean;
  /** At once after every edit. */
  readonly edited?: (now: E, before: E) => void;
  /** After an edit has stood. */
  readonly run?: () => void;
  /** Whether something is under way that leaving must stop and coming back must begin again. */
  readonly busy?: () => boolean;
  /** Another lab gets the machine to itself. */
  readonly stop: () => void;
  readonly resume?: () => void;
  /** A key of the lab's own; `typing`: in a text box. */
  readonly onKey?: (event: KeyboardEvent, typing: boolean) => void;
}

/** A text box keeps its keys. */
export const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && /text|search|password/.test(target.type));
/** A text box whose text is at once the experiment's has no undo of its own. */
const undoesExperiment = ({ target }: KeyboardEvent): boolean =>
  (target as HTMLElement | null)?.dataset?.['undo'] === 'experiment';

/** Ctrl or ⌘ with Z, with Shift+Z or Y: what they ask for; null for any other key. */
function undoKey({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): 'undo' | 'redo' | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = key.toLowerCase();
  if (letter === 'y' && !shiftKey) return 'redo';
  if (letter !== 'z') return null;
  return shiftKey ? 'redo' : 'undo';
}

/** Reads the address, and follows the reader from then on. */
export function createLabLife<E extends object>({
  lab,
  title,
  experiment: { store, undo, redo },
  address,
  notices,
  drops,
  debounceMs = () => 200,
  changesResult = () => true,
  edited,
  run,
  busy = () => false,
  stop,
  resume,
  onKey,
}: LifeOptions<E>): { readonly begin: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Leaving has cut something short. */
  let stopped = false;

  const nameTab = () => {
    if (inLab(lab)) document.title = `${title(store.getState().experiment)} · Stepscope`;
  };

  function onEdit(now: E, before: E): void {
    if (now === before) return;
    nameTab();
    edited?.(now, before);
    const counts = timer !== undefined || changesResult(now, before);
    clearTimeout(timer);
    timer = undefined;
    if (!counts) return address.write();
    timer = setTimeout(
      () => {
        timer = undefined;
        address.write();
        run?.();
      },
      debounceMs(now, before),
    );
  }

  function leave(): void {
    if (timer !== undefined) keepHash(lab, address.present());
    stopped = timer !== undefined || busy();
    clearTimeout(timer);
    timer = undefined;
    stop();
  }
  function comeBack(): void {
    nameTab();
    if (stopped) resume?.();
    stopped = false;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!inLab(lab)) return;
    const typing = isTyping(event);
    onKey?.(event, typing);
    const wanted = typing && !undoesExperiment(event) ? null : undoKey(event);
    if (wanted === null) return;
    event.preventDefault();
    if (wanted === 'redo') redo();
    else undo();
  }

  return {
    begin() {
      address.read();
      nameTab();
      store.subscribe((now, before) => onEdit(now.experiment, before.experiment));
      // Coming back from another lab the address says what is here already.
      window.addEventListener('hashchange', () => {
        if (inLab(lab) && location.hash !== address.present()) address.read();
      });
      window.addEventListener('keydown', onKeyDown);
      if (notices) takeDrops(lab, notices, drops);
      labStore.subscribe(({ lab: to }, { lab: from }) => {
        if (to === lab) comeBack();
        else if (from === lab) leave();
      });
    },
  };
}
