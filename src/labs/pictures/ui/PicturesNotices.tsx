import { Notices } from '../../../frame/ui/Notices.tsx';
import { asDiffusers } from '../config/asDiffusers.ts';
import { defaultPictures } from '../config/defaults.ts';
import { editShared, experimentStore, load } from '../state/experimentStore.ts';
import { choice } from '../state/model.ts';
import { notices, type PicturesAction } from '../state/notices.ts';
import { runAgain } from '../state/again.ts';
import { restart } from '../state/session.ts';

/** What reads dropped files is loaded when there was one. */
const dropped = () => import('../state/restore.ts');

const actions: Record<PicturesAction, { readonly label: string; readonly act: () => void }> = {
  retryGpu: { label: 'Try the GPU again', act: () => void restart() },
  runAgain: { label: 'Run again', act: runAgain },
  loadAgain: { label: 'Load it again', act: () => choice.loadAgain() },
  fewerPictures: {
    label: 'Make one picture',
    act: () => editShared({ count: 1 }),
  },
  wideWeights: { label: 'Keep the weights in 32 bits', act: () => editShared({ format: 'f32' }) },
  fromNoise: { label: 'Start from noise', act: () => editShared({ start: null }) },
  asStart: { label: 'Start from this picture', act: () => void dropped().then((d) => d.startFromOffered()) },
  asStartInstead: { label: 'Use as start instead', act: () => void dropped().then((d) => d.startInstead()) },
  asStartToo: { label: 'Use as start too', act: () => void dropped().then((d) => d.startFromOffered()) },
  asDiffusers: { label: 'Set as diffusers', act: () => editShared(asDiffusers(experimentStore.getState().experiment)) },
  ownKernels: { label: 'Use the device’s own choice', act: () => editShared({ kernels: {} }) },
  defaultModel: {
    label: 'Take the bundled model',
    act: () => load({ ...defaultPictures(), seed: experimentStore.getState().experiment.seed }),
  },
};

/** The pictures lab's notices, with the ways on that it offers. */
export const PicturesNotices = () => <Notices {...notices} actions={actions} />;
