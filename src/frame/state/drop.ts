// A file that this page exported, dropped on it, opens its experiment again; what else a drop may hold is the lab's. A
// lab's own place for files takes them first.
import { inLab } from './labStore.ts';
import type { Teller } from './notices.ts';

/** What a reader is told of a file whose experiment was opened. */
export interface OpenedNotice {
  readonly kind: 'restored';
  readonly title: string;
  readonly hint: string;
}

/** What a lab makes of drops that hold no experiment of this page's. */
export interface OwnDrops {
  /** Takes a drop as a whole, while its event is at hand: a folder, a model. True when it did. */
  take(data: DataTransfer): boolean;
  /** Before a file’s experiment is opened: what tells the reader of it afterwards, or null for the notice as it is. */
  opening?(file: File, bytes: Uint8Array, notice: OpenedNotice): (() => void) | null;
  /** What may be dropped, in a sentence or two, for a file that is none of it. */
  readonly hint?: string;
  /** A file that holds no experiment; true when the reader has been told what was made of it. */
  otherwise(file: File, bytes: Uint8Array): Promise<boolean>;
}

const hasFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;

/** While a lab is open: its files are opened, and no other takes the page's place. */
export function takeDrops(lab: string, notices: Teller<never>, own?: OwnDrops): void {
  window.addEventListener('dragover', (e) => {
    if (inLab(lab) && hasFiles(e)) e.preventDefault();
  });
  window.addEventListener('drop', (e) => {
    const file = e.dataTransfer?.files[0];
    if (!inLab(lab) || e.defaultPrevented || !e.dataTransfer || !file) return;
    e.preventDefault();
    if (!own?.take(e.dataTransfer)) void import('./dropped.ts').then(({ open }) => open(file, notices, own));
  });
}
