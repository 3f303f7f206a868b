// Drops on the page: models go to the chooser, pictures are looked into when there are any.
import type { OwnDrops } from '../../../frame/state/drop.ts';
import { pictureKind } from '../../../formats/pictureKind.ts';
import { DROPPABLE } from './droppable.ts';
import { experimentStore } from './experimentStore.ts';
import { choice } from './model.ts';
import { notify } from './notices.ts';

/** Weights, or what is taken for them elsewhere: the chooser says by name what it does not read. */
const WEIGHTS = /\.(safetensors|ckpt|bin|pth?|gguf|onnx)$/i;

export const drops: OwnDrops = {
  hint: DROPPABLE,
  take(data) {
    const folder = [...data.items].map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory);
    const weights = [...data.files].find((file) => WEIGHTS.test(file.name));
    const name = folder?.name ?? weights?.name;
    if (name === undefined) return false;
    choice.takeDropped(data.items);
    notify({
      kind: 'looked-at',
      title: `“${name}” is looked at as a model.`,
      hint: DROPPABLE,
    });
    return true;
  },
  opening(file, bytes, notice) {
    const before = experimentStore.getState().experiment;
    if (pictureKind(bytes) === null) return null;
    return () => void import('./restore.ts').then(({ tellOpened }) => tellOpened(file, notice, before));
  },
  async otherwise(file, bytes) {
    // Results of a grid, as this page or the command line wrote them.
    const taken = /\.json$/i.test(file.name) && (await (await import('./grid.ts')).grid.openResults(file.name, bytes));
    return taken || (await import('./restore.ts')).takeFile(file, bytes);
  },
};
