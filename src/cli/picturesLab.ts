// The Pictures lab without a page: on a GPU, on the model that comes with the program or on one in a folder.
import { fileURLToPath } from 'node:url';
import type { GridSpec } from '../experiments/grid/types.ts';
import { gridJobs } from '../engine/grid.ts';
import { readDiffusion } from '../hub/diffusionConfigs.ts';
import { ModelError, type ModelFiles } from '../hub/files.ts';
import { parsePictures } from '../labs/pictures/config/codec.ts';
import { formatContender } from '../labs/pictures/config/contender.ts';
import { baseOf, contendersOf, picturesGrid } from '../labs/pictures/config/grid.ts';
import { cellMaker, type PictureCell } from '../labs/pictures/config/gridAxes.ts';
import { gridMetrics } from '../labs/pictures/config/gridMetrics.ts';
import { formatSource, openingOf, parseSource, type ModelSource } from '../labs/pictures/config/model.ts';
import { runGrid } from '../labs/pictures/engine/grid.ts';
import { PicturesLab } from '../labs/pictures/engine/lab.ts';
import { pictureCard } from '../models/pictures.ts';
import { plainPicture, SHOWN } from './cellPicture.ts';
import type { CliLab, Place } from './lab.ts';
import { openGpu } from './machine.ts';
import { openBundledFolder, openFolder } from './modelFolder.ts';
import { Refused } from './refused.ts';

const SOFTWARE = 'A software driver of Vulkan, such as lavapipe or SwiftShader, will do for small models.';

/** The models that cells run on; what is no model's name is left to its cells to say. */
function modelsOf({ experiment }: PictureCell, { axes }: GridSpec): readonly ModelSource[] {
  const named = axes.find((a) => a.field === 'model')?.values.map(parseSource) ?? [experiment.model];
  return named.filter((m) => typeof m !== 'string');
}

/** Where each model's files are; refused where one is not on this machine. */
export function modelFolders(
  models: readonly ModelSource[],
  given: string | null,
  root: URL,
): (source: ModelSource) => ModelFiles {
  const others = [...new Set(models.filter((m) => m.from !== 'bundled').map(formatSource))];
  if (others.length > 1)
    throw new Refused(
      `The axis 'model' has ${others.length} models that do not come with the program: ${others.slice(0, 3).join(', ')}. --model DIR gives one; make a grid for each.`,
    );
  const [other] = others;
  if (other === undefined && given !== null)
    throw new Refused(
      `--model gives the files of a model that a link names as hub:… or file:…; this one names ${models.map(formatSource).join(', ') || 'none'} alone, which comes with the program.`,
    );
  if (other !== undefined && given === null)
    throw new Refused(
      `${other} does not come with the program, and nothing is downloaded here. Give the folder that holds its model_index.json: --model DIR.`,
    );
  return (source) => {
    const folder = source.from === 'bundled' && pictureCard(source.id)?.folder;
    return folder
      ? openBundledFolder(source, fileURLToPath(new URL(`public/models/${folder}/`, root)))
      : openFolder(source, given!);
  };
}

/** Reads the small files of all models, so that one that cannot be used is refused before anything is run. */
async function assertUsable(
  models: readonly ModelSource[],
  files: (source: ModelSource) => ModelFiles,
  signal: AbortSignal,
): Promise<void> {
  for (const source of models)
    try {
      await readDiffusion(files(source), signal);
    } catch (error) {
      throw error instanceof ModelError ? new Refused(`${error.message} ${error.hint}`) : error;
    }
}

async function device(adapter: string | null, { root }: Pick<Place, 'root'>) {
  const { context, device: name } = await openGpu(root, adapter, SOFTWARE);
  return {
    name,
    alive: () => context.status === 'ready',
    // A lost one is not replaced: the same command goes on with the rest.
    current: () => (context.lostError ? Promise.reject(context.lostError) : Promise.resolve(context)),
  };
}

export const picturesLab: CliLab<PictureCell> = {
  title: 'Pictures',
  kind: picturesGrid,
  maker: cellMaker,
  read(hash) {
    const { experiment, refusals, grid } = parsePictures(hash);
    return { base: baseOf(experiment), refusals, grid };
  },
  contenders: ({ experiment }) => contendersOf(experiment),
  contenderText: ({ experiment, contender }) => formatContender(contender, openingOf(experiment.model).unsaidGuidance),
  samples: ({ experiment }) => experiment.count,
  chosen(base, spec, wanted) {
    const metrics: readonly string[] = gridMetrics(base, spec);
    const foreign = wanted.find((id) => !metrics.includes(id));
    if (foreign === undefined) return wanted;
    throw new Refused(
      foreign === 'error'
        ? 'The link names no solution that errors are measured against: ref=64 asks for one of 64 steps.'
        : `These cells have no metric '${foreign}'; there ${metrics.length === 1 ? 'is' : 'are'} ${metrics.join(', ') || 'none'}.`,
    );
  },
  shown: () => SHOWN.images,
  drawn(picture) {
    if (picture.kind !== 'image') throw new TypeError('a cell of this lab has pictures');
    return plainPicture(picture);
  },
  async open({ base, spec }, { backend, adapter, model }, place) {
    const { start } = base.experiment;
    if (start)
      throw new Refused(
        `The link starts from the picture “${start.name}”, which it names and cannot carry. Open it in the page, or take start= out of it.`,
      );
    if (backend === 'cpu')
      throw new Refused('The Pictures lab computes on a GPU alone: leave --backend cpu out. ' + SOFTWARE);
    const models = modelsOf(base, spec);
    const files = modelFolders(models, model, place.root);
    await assertUsable(models, files, place.signal);
    const { name, alive, current } = await device(adapter, place);
    const lab = new PicturesLab((source) => Promise.resolve(files(source as ModelSource)), current);
    return {
      device: name,
      async run(ask, emit, signal) {
        const jobs = await gridJobs(cellMaker, ask, emit, signal);
        const { experiment: e, contender: own } = ask.base;
        const metrics = gridMetrics(ask.base, ask.spec).filter((id) => ask.metrics.includes(id));
        return runGrid(
          ({ model: source, format, kernels }, task) =>
            lab.using({ source, format, kernels }, () => undefined, task, signal),
          { jobs, model: e.model, own, metrics, shown: ask.shown, picture: null, side: null },
          emit,
          signal,
          { alive },
        );
      },
    };
  },
};
