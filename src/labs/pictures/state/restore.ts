// A dropped file that is none of this page's: settings of other programs change the experiment as far as they can be
// taken, pictures become what runs start from. All of it is one undo.
import type { OpenedNotice } from '../../../frame/state/drop.ts';
import { pictureKind } from '../../../formats/pictureKind.ts';
import { importParameters, type Imported } from '../config/a1111.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { importPicture } from '../config/imports.ts';
import { DROPPABLE } from './droppable.ts';
import { experimentStore, load, undo } from './experimentStore.ts';
import { notify } from './notices.ts';
import { startFrom } from './start.ts';

const UNDO = 'What was here before is one undo away.';
/** The picture that the newest notice offers to start from, and what was here before its settings were taken. */
let offered: { readonly file: File; readonly before: PicturesExperiment } | null = null;

function apply({ changes, mapped, refused }: Imported, file: File, isPicture: boolean): void {
  const { experiment } = experimentStore.getState();
  const { start } = experiment;
  // The text is of a picture of its own: it did not begin with the one that is here.
  load({ ...experiment, ...changes, start: null });
  const taken = [...mapped, ...(start ? ['Start from noise'] : [])];
  offered = isPicture ? { file, before: experiment } : null;
  notify({
    kind: 'restored',
    tone: refused.length > 0 ? 'warning' : 'info',
    title: `“${file.name}” carries settings as A1111 writes them: ${taken.length} ${taken.length === 1 ? 'was' : 'were'} taken, ${refused.length} ${refused.length === 1 ? 'was' : 'were'} not.`,
    lines: [
      `Taken: ${taken.join('; ')}.`,
      ...refused.map(({ key, value, because }) => `${key}${value === '' ? '' : ` “${value}”`} not taken: ${because}.`),
    ],
    hint: `The model in use stays. ${UNDO}`,
    actions: isPicture ? ['asStartInstead', 'asStartToo'] : [],
  });
}

async function start(file: File): Promise<void> {
  const named = experimentStore.getState().experiment.start?.name;
  const how = await startFrom(file, file.name);
  if (how === null) return;
  notify(
    how === 'named'
      ? { kind: 'restored', title: `“${file.name}” is the picture that this experiment starts from.` }
      : {
          kind: 'restored',
          title: `“${file.name}” is what runs start from now${named === undefined ? '' : `, instead of “${named}”`}.`,
          hint: `Noise is added to it, as much as “Start” says, and sampling goes on from there. ${UNDO}`,
        },
  );
}

/** The picture of the notice becomes what runs start from after all. */
export async function startFromOffered(): Promise<void> {
  if (offered) await start(offered.file);
}

/** The picture of the notice becomes what runs start from, and nothing else of it is taken. */
export async function startInstead(): Promise<void> {
  if (!offered) return;
  const { file, before } = offered;
  const { experiment, past } = experimentStore.getState();
  if (past.at(-1)?.experiment === before) undo();
  else if (experiment !== before) load(before);
  await start(file);
}

/** Tells of one of this page’s own pictures, whose experiment took the place of `before`: it may be the start instead. */
export function tellOpened(file: File, notice: OpenedNotice, before: PicturesExperiment): void {
  offered = { file, before };
  notify({ ...notice, actions: ['asStartInstead'] });
}

/** Why nothing can be made of a file, as a clause. */
function unreadable(name: string, bytes: Uint8Array, settings: string): string {
  if (bytes.length === 0) return 'is empty: it has 0 bytes';
  if (settings !== '') return `holds no settings of a picture: ${settings}`;
  if (/\.(png|jpe?g|jfif|webp|gif|avif)$/i.test(name))
    return 'is called a picture and does not begin as one: it is damaged, or something else under that name';
  if (/\.(bmp|tiff?|hei[cf]|svg|psd|raw|jxl|ico)$/i.test(name)) return 'is a picture of a kind that is not read here';
  return /\.json$/i.test(name) ? 'is no JSON that this page exported' : 'is of a kind that is not read here';
}

/** True when the reader has been told what was made of the file. */
export async function takeFile(file: File, bytes: Uint8Array): Promise<boolean> {
  const isPicture = pictureKind(bytes) !== null;
  if (!isPicture) {
    // Some programs write the text into a file beside the picture.
    const imported = /\.txt$/i.test(file.name) ? importParameters(new TextDecoder().decode(bytes)) : '';
    if (typeof imported !== 'string') apply(imported, file, false);
    else
      notify({
        kind: 'restored',
        tone: 'warning',
        title: `“${file.name}” ${unreadable(file.name, bytes, imported)}.`,
        hint: DROPPABLE,
      });
    return true;
  }
  const imported = await importPicture(file.name, bytes);
  if ('changes' in imported) {
    apply(imported, file, true);
    return true;
  }
  if (imported.plain) {
    await start(file);
    return true;
  }
  offered = { file, before: experimentStore.getState().experiment };
  notify({
    kind: 'restored',
    tone: 'warning',
    title: imported.because,
    hint: 'As a picture it can be what runs start from; what is here stays.',
    actions: ['asStart'],
  });
  return true;
}
