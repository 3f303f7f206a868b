// A dropped file that is none of this page's: settings of other programs change the experiment as far as they can be
// taken, pictures become what runs start from. All of it is one undo.
import { pictureKind } from '../../../formats/pictureKind.ts';
import { importParameters, type Imported } from '../config/a1111.ts';
import { importPicture } from '../config/imports.ts';
import { experimentStore, load } from './experimentStore.ts';
import { notify } from './notices.ts';
import { startFrom } from './start.ts';

const UNDO = 'What was here before is one undo away.';
/** The picture that the newest notice offers to start from. */
let offered: File | null = null;

function apply({ changes, mapped, refused }: Imported, file: File, isPicture: boolean): void {
  const { experiment } = experimentStore.getState();
  const { start } = experiment;
  // The text is of a picture of its own: it did not begin with the one that is here.
  load({ ...experiment, ...changes, start: null });
  const taken = [...mapped, ...(start ? ['Start from noise'] : [])];
  offered = isPicture ? file : null;
  notify({
    kind: 'restored',
    tone: refused.length > 0 ? 'warning' : 'info',
    title: `“${file.name}” carries settings as A1111 writes them: ${taken.length} ${taken.length === 1 ? 'was' : 'were'} taken, ${refused.length} ${refused.length === 1 ? 'was' : 'were'} not.`,
    lines: [
      `Taken: ${taken.join('; ')}.`,
      ...refused.map(({ key, value, because }) => `${key}${value === '' ? '' : ` “${value}”`} not taken: ${because}.`),
    ],
    hint: `The model in use stays. ${UNDO}`,
    actions: isPicture ? ['asStart'] : [],
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
  if (offered) await start(offered);
}

/** True when the reader has been told what was made of the file. */
export async function takeFile(file: File, bytes: Uint8Array): Promise<boolean> {
  const isPicture = pictureKind(bytes) !== null;
  if (!isPicture) {
    // Some programs write the text into a file beside the picture.
    const imported = /\.txt$/i.test(file.name) ? importParameters(new TextDecoder().decode(bytes)) : '';
    if (typeof imported === 'string') return false;
    apply(imported, file, false);
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
  offered = file;
  notify({
    kind: 'restored',
    tone: 'warning',
    title: imported.because,
    hint: 'As a picture it can be what runs start from; what is here stays.',
    actions: ['asStart'],
  });
  return true;
}
