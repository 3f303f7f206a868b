import { classCount, whyUnguided } from '../../../engine/pipeline/conditions.ts';
import { latentFactor } from '../../../formats/diffusers/vae.ts';
import { licenceLine } from '../../../formats/modelCard.ts';
import { networkSize } from '../../../models/diffusers/memory.ts';
import type { PictureSource as ModelSource } from '../../../hub/source.ts';
import type { Bench } from './bench.ts';
import type { LoadedPictures } from './events.ts';
import { nativeSize } from './modelInUse.ts';
import { wholeWords } from './words.ts';

/** What the page may know of a model that is ready. */
export function describe(source: ModelSource, bench: Bench): LoadedPictures {
  const { files, model, format, weights, loadMs } = bench.made;
  const { network, vae, texts, scheduler } = model;
  const encoders = texts.map(({ config }) => config.layers);
  const { index } = model.files;
  const { told, range } = bench.planFor;
  const classes = classCount(network);
  return {
    source,
    title: files.title,
    pipeline: index?.pipeline ?? null,
    network: network.model,
    scheduler: scheduler.scheduler,
    schedulerBytes: model.schedulerBytes,
    range,
    format,
    parameters: networkSize(network).parameters,
    gpuBytes: weights.bytes,
    loadMs,
    size: nativeSize(model),
    factor: vae ? latentFactor(vae) : 1,
    readsText: texts.length > 0,
    words: source.from === 'bundled' && texts[0] ? wholeWords(texts[0].tokenizer) : [],
    // SDXL reads the layer before the last as it is.
    mostSkip: texts.length === 0 ? 0 : Math.min(...encoders) - (texts.length === 1 ? 1 : 2),
    classes,
    labels:
      classes !== null && Number.isFinite(classes)
        ? Array.from({ length: classes }, (_, i) => index?.labels.get(i) ?? String(i))
        : [],
    unguided: told ? null : whyUnguided(network),
    told,
    licence: files.licence === undefined ? null : licenceLine(files.licence),
    notices: files.notices ?? [],
  };
}
