// The address bar always describes the whole experiment; a link or an edited hash is read with a list of what was
// refused.
import type { Refusal } from '../../core/refusal.ts';
import { refusalLine, type Teller } from './notices.ts';
import type { Undoable } from './undoable.ts';

export interface AddressOptions<E extends object> {
  readonly experiment: Undoable<E>;
  /** Reads any text, and says what of it was refused. */
  readonly parse: (hash: string) => {
    readonly experiment: E;
    readonly refusals: readonly Refusal[];
    readonly fingerprint?: string | null;
  };
  /** The hash without its #, '' for the default experiment. */
  readonly format: (experiment: E, fingerprint: string | null) => string;
  readonly notices: Teller<never>;
  /** After another experiment was opened. */
  readonly opened?: () => void;
}

export interface Address {
  /** Opens what the address says. The first time there is nothing that could be undone. */
  read(): void;
  readonly write: () => void;
  /** The hash of the present experiment, with its # unless empty. An opened link keeps its record until the first edit. */
  readonly present: () => string;
  /** The whole address, with the record of a run when there is one. */
  readonly link: (fingerprint?: string | null) => string;
  /** Adds to what was refused of the link, when more of it could be checked. */
  readonly refuse: (more: readonly Refusal[]) => void;
}

export function createAddress<E extends object>({
  experiment: undoable,
  parse,
  format,
  notices,
  opened,
}: AddressOptions<E>): Address {
  let refused: readonly Refusal[] = [];
  let first = true;
  const withHash = (hash: string) => (hash === '' ? '' : `#${hash}`);
  const now = () => undoable.store.getState();

  function emit(): void {
    if (refused.length === 0) return notices.dismiss('link');
    notices.notify({
      kind: 'link',
      tone: 'warning',
      lines: refused.map(refusalLine),
      hint: 'The rest of the link is shown as it was.',
      title:
        refused.length === 1
          ? 'One part of this link was not accepted'
          : `${refused.length} parts of this link were not accepted`,
    });
  }

  const present = () => withHash(format(now().experiment, now().fingerprint));
  return {
    read() {
      const { experiment, refusals, fingerprint } = parse(location.hash.slice(1));
      refused = refusals;
      undoable.load(experiment, fingerprint ?? null);
      if (first) undoable.store.setState({ past: [], future: [] });
      first = false;
      emit();
      opened?.();
    },
    refuse(more) {
      if (more.length === 0) return;
      refused = [...refused, ...more];
      emit();
    },
    present,
    write() {
      const hash = present();
      if (location.hash !== hash) history.replaceState(null, '', hash || location.pathname + location.search);
    },
    link: (fingerprint = null) => `${location.origin}${location.pathname}#${format(now().experiment, fingerprint)}`,
  };
}
