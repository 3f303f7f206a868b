// Every planted fault; planted/fault.mjs says what one is.
import { architectures } from './planted/architectures.mjs';
import { matmul } from './planted/matmul.mjs';
import { linear } from './planted/linear.mjs';
import { look } from './planted/look.mjs';
import { blocks } from './planted/blocks.mjs';
import { experts } from './planted/experts.mjs';
import { conv } from './planted/conv.mjs';
import { comparing } from './planted/comparing.mjs';
import { attention } from './planted/attention.mjs';
import { cache } from './planted/cache.mjs';
import { fits } from './planted/fits.mjs';
import { rows } from './planted/rows.mjs';
import { diffusion } from './planted/diffusion.mjs';
import { draw } from './planted/draw.mjs';
import { wrappers } from './planted/wrappers.mjs';
import { parallel } from './planted/parallel.mjs';
import { samplers } from './planted/samplers.mjs';
import { askingMore } from './planted/asking.mjs';
import { guidance } from './planted/guidance.mjs';
import { tasks } from './planted/tasks.mjs';
import { distil } from './planted/distil.mjs';
import { discrete } from './planted/discrete.mjs';
import { sequences } from './planted/sequences.mjs';
import { seeking } from './planted/search.mjs';
import { samplersTableaus } from './planted/samplersTableaus.mjs';
import { decoding } from './planted/decoding.mjs';
import { denoisers } from './planted/denoisers.mjs';
import { mixing } from './planted/mixing.mjs';
import { networks } from './planted/networks.mjs';
import { runs } from './planted/runs.mjs';
import { pipeline } from './planted/pipeline.mjs';
import { parts } from './planted/parts.mjs';
import { pictures } from './planted/pictures.mjs';
import { input } from './planted/input.mjs';
import { commandLine } from './planted/commandLine.mjs';

export const faults = [
  ...matmul,
  ...linear,
  ...blocks,
  ...experts,
  ...conv,
  ...attention,
  ...cache,
  ...fits,
  ...rows,
  ...diffusion,
  ...draw,
  ...wrappers,
  ...samplers,
  ...look,
  ...parallel,
  ...samplersTableaus,
  ...guidance,
  ...askingMore,
  ...tasks,
  ...distil,
  ...sequences,
  ...discrete,
  ...seeking,
  ...decoding,
  ...mixing,
  ...input,
  ...comparing,
  ...networks,
  ...denoisers,
  ...runs,
  ...pipeline,
  ...parts,
  ...pictures,
  ...architectures,
  ...commandLine,
];
