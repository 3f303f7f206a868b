// The language lab's choice of a model, over its experiment and its worker.
import { createModelChoice } from '../../../frame/state/modelChoice.ts';
import type { FormatChoice } from '../config/experiment.ts';
import type { LanguageModelId } from '../config/menus.ts';
import { connection } from './connection.ts';
import { languageStore, setModel } from './experimentStore.ts';
import { notices } from './notices.ts';
import type { FitReport, LoadedModel, LoadProgress } from './types.ts';

export const modelChoice = createModelChoice<LanguageModelId, FormatChoice, LoadedModel, FitReport, LoadProgress>({
  connection,
  notices,
  experiment: {
    wish() {
      const { model, format } = languageStore.getState().experiment;
      return { source: model, format };
    },
    choose: setModel,
    putBack(model, format) {
      const { experiment } = languageStore.getState();
      languageStore.setState({ experiment: { ...experiment, model, format }, fingerprint: null });
    },
  },
  // What narrower weights cost was said of the model before.
  onLoaded: () => notices.dismiss('loss'),
});
export const modelStore = modelChoice.store;
export const { agree, forgetLoaded, loadAgain, look, onLoadProgress, putAway, readStored, ready } = modelChoice;
export type ModelState = ReturnType<typeof modelStore.getState>;
