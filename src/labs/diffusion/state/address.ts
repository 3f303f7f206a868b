import type { GridText } from '../../../experiments/grid/types.ts';
import { createAddress } from '../../../frame/state/address.ts';
import { inLab } from '../../../frame/state/labStore.ts';
import { formatExperiment, parseExperiment } from '../config/codec.ts';
import { ROWED_VIEWS, type RowedText, type RowedView } from '../config/rowedViews.ts';
import { canRead, loadWrappers } from '../config/wrapping.ts';
import { formatView, type KeptView } from '../config/view.ts';
import { editText, textNow } from './editText.ts';
import { undoable } from './experimentStore.ts';
import { notices } from './notices.ts';
import { seek } from './playback.ts';
import { searchKind, seekShown, seekText } from './seekText.ts';
import { rowedRecords, rowedShown, rowedTexts } from './rowedText.ts';
import { setView, viewStore } from './viewStore.ts';

/** The view that the link being opened asks for. */
let asked: KeptView | undefined;
/** The grid that it holds. */
let grid: GridText | undefined;
/** The task that it holds. */
let edit: string | undefined;
/** The noise search. */
let seekAsked: string | undefined;
/** The rows that it holds, of a view that shows such. */
let rowed: RowedText | undefined;
/** The grid under edit, while it is looked at. */
export const gridShown = (): GridText | null => {
  const view = viewStore.getState();
  return view.labView === 'grid' ? view.grid : null;
};

/** The task under edit, likewise. */
const editShown = (): string | null => (viewStore.getState().labView === 'edit' ? textNow() : null);

const made = createAddress({
  experiment: undoable,
  parse(hash) {
    const parsed = parseExperiment(hash);
    asked = parsed.view;
    grid = parsed.grid;
    edit = parsed.edit;
    seekAsked = parsed.seek;
    rowed = parsed.rowed;
    return parsed;
  },
  format(experiment, fingerprint) {
    const task = editShown();
    const rows = rowedShown();
    // These have a record of their own, inside their text.
    const record = task || rows ? null : fingerprint;
    return formatExperiment(experiment, record, viewStore.getState(), gridShown(), task, seekShown(), rows);
  },
  notices,
  opened() {
    seek(1);
    // A link that says nothing of the view leaves the reader's own.
    if (edit !== undefined) editText.change('', { text: edit });
    if (seekAsked !== undefined) {
      seekText.change('', { text: seekAsked });
      searchKind.setState({ kind: 'noise' });
      return setView({ ...asked, cell: null, labView: 'search' });
    }
    if (rowed) {
      rowedTexts[rowed.view].change('', { text: rowed.text });
      return setView({ ...asked, cell: null, labView: rowed.view });
    }
    const other = grid ? ({ labView: 'grid', grid } as const) : ({ labView: 'compare' } as const);
    setView({ ...asked, cell: null, ...(edit === undefined ? other : { labView: 'edit' }) });
  },
});
export const address = {
  ...made,
  /** What a link names that few links do is loaded before it is read. */
  read(): void {
    if (canRead(location.hash)) made.read();
    else void loadWrappers().then(made.read, made.read);
  },
};
export const shareLink = address.link;
/** A link of the task with the record of its run. */
export const shareTask = (fingerprint: string | null): string => {
  const link = shareLink(null);
  return fingerprint && !link.includes(';fp:') ? link.replace(textNow(), `${textNow()};fp:${fingerprint}`) : link;
};

/** The same of the rows of a view. */
export function shareRowed(view: RowedView): string {
  const link = shareLink(null);
  const { fingerprint } = rowedRecords[view].getState();
  const text = rowedShown()?.text;
  return fingerprint && text && !text.includes(';fp:') ? link.replace(text, `${text};fp:${fingerprint}`) : link;
}

/** From here on the address follows what is looked at. */
export function followView(): void {
  editText.store.subscribe(() => inLab('diffusion') && viewStore.getState().labView === 'edit' && address.write());
  for (const store of [seekText.store, searchKind])
    store.subscribe(() => inLab('diffusion') && viewStore.getState().labView === 'search' && address.write());
  for (const view of ROWED_VIEWS)
    rowedTexts[view].store.subscribe(
      () => inLab('diffusion') && viewStore.getState().labView === view && address.write(),
    );
  viewStore.subscribe((now, before) => {
    const changed =
      now.labView !== before.labView || now.grid !== before.grid || formatView(now) !== formatView(before);
    if (changed && inLab('diffusion')) address.write();
  });
}
