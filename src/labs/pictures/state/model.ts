// The lab's choice of a model, over its experiment and its worker.
import { createModelChoice } from '../../../frame/state/modelChoice.ts';
import type { PictureModelId } from '../../../models/pictures.ts';
import type { FormatChoice } from '../config/experiment.ts';
import { connection } from './connection.ts';
import { experimentStore, setModel, undoable } from './experimentStore.ts';
import { loadedStore } from './loadedStore.ts';
import { notices } from './notices.ts';
import type { LoadedPictures, LoadProgress, PicturesFit } from './types.ts';

export const choice = createModelChoice<PictureModelId, FormatChoice, LoadedPictures, PicturesFit, LoadProgress>({
  connection,
  notices,
  experiment: {
    wish() {
      const { model, format } = experimentStore.getState().experiment;
      return { source: model, format };
    },
    choose: setModel,
    putBack(model, format) {
      const { experiment } = experimentStore.getState();
      undoable.restate({ ...experiment, model, format });
    },
  },
  onLoaded: (loaded) => loadedStore.setState({ loaded }),
});
export const modelStore = choice.store;
