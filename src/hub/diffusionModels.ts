import { pictureCard } from '../models/pictures.ts';
import { openLocalFolders } from './localFolders.ts';
import { pickDiffusion } from './pickDiffusion.ts';
import type { ModelKind } from './sources.ts';

/** Diffusion models for `createSources`: apart from it, so that a lab without them does not carry their code. */
export const diffusionModels: ModelKind = {
  bundled: pictureCard,
  root: 'stepscope-diffusion',
  pick: pickDiffusion,
  local: openLocalFolders,
};
