// What is worth keeping of a model between runs: encoded prompts, the network at a size, the decoder, the preview.
import type { GpuContext } from '../../../gpu/device.ts';
import { classCount, conditionsOf, whyUnguided } from '../../../engine/pipeline/conditions.ts';
import {
  createDecoder,
  encodePicture,
  encodePrompts,
  promptPair,
  type Decoder,
  type PictureSize,
  type PipelineModel,
  type Prompt,
  type PromptText,
} from '../../../engine/pipeline/pipeline.ts';
import { fitPreview, type Preview } from '../../../engine/pipeline/preview.ts';
import { storedPreview } from '../../../engine/pipeline/storedPreview.ts';
import { measureChange } from '../../../engine/pipeline/quantisation.ts';
import { parameterisationOf } from '../../../models/diffusers/conventions.ts';
import { networkSize } from '../../../models/diffusers/memory.ts';
import { scalarsAt } from '../../../models/parameterisation.ts';
import type { MeasuredChange } from './events.ts';
import { latentSize } from '../../../models/diffusers/pipeline.ts';
import { ModelError } from '../../../hub/files.ts';
import type { Sides } from './guiding.ts';
import type { PicturesExperiment } from '../config/experiment.ts';
import { nativeSize, NETWORK_OWNER, type ModelInUse } from './modelInUse.ts';
import { PictureProblem } from './problem.ts';
import { levelRange, type PlanFor } from './plan.ts';

const RUN_OWNER = 'run';
const TEXT_OWNER = 'text encoder';
const DECODER_OWNER = 'autoencoder';
const COMPARED_OWNER = 'compared weights';
/** Texts whose states are kept. */
const MOST_TEXTS = 32;
/** Bytes up to which a decoder stays on the device between runs. */
const DECODER_STAYS = 256 * 2 ** 20;

export interface Prepared {
  readonly problem: PictureProblem;
  readonly prompts: PromptsInUse | null;
}
/** `empty`: of no text at all, where it is asked for. */
interface PromptsInUse {
  readonly prompt: Prompt;
  readonly negative: Prompt;
  readonly empty?: Prompt;
}
/** What a run asks of the network beside its plans. */
export interface Needs {
  readonly copies: 'one' | 'two' | 'both';
  /** Sides that are asked alone; none unless given. */
  readonly sides?: Sides;
  readonly givenRegisters: number;
}

export class Bench {
  readonly ctx: GpuContext;
  readonly made: ModelInUse;
  readonly #texts = new Map<string, Prompt>();
  #network: { readonly key: string; readonly made: PipelineModel } | null = null;
  #problem: { readonly key: string; readonly problem: PictureProblem } | null = null;
  #decoder: { readonly key: string; readonly decoder: Decoder } | null = null;
  #preview: Preview | null = null;

  constructor(ctx: GpuContext, made: ModelInUse) {
    this.ctx = ctx;
    this.made = made;
  }

  /** What plans on this model are made from. */
  get planFor(): PlanFor {
    const { model, files } = this.made;
    const told = model.network.model !== 'DiTTransformer2DModel' && model.network.guidanceFeatures !== null;
    const parameterisation = parameterisationOf(model.scheduler);
    return {
      range: levelRange(model.scheduler),
      schedulerBytes: model.schedulerBytes,
      ...(model.files.index && { pipeline: model.files.index.pipeline }),
      told,
      network: {
        title: files.title,
        told,
        unguided: told ? null : whyUnguided(model.network),
        readsText: model.texts.length > 0,
        classes: classCount(model.network),
        skip: (sigma) => scalarsAt(parameterisation, sigma).skip,
      },
    };
  }

  /** The size of an experiment's pictures. ModelError for one that the model cannot make. */
  sizeOf({ width, height }: Pick<PicturesExperiment, 'width' | 'height'>): PictureSize {
    const native = nativeSize(this.made.model);
    const size = { width: width || native.width, height: height || native.height };
    try {
      latentSize(size, this.made.model.vae);
    } catch (error) {
      throw new ModelError(
        `${this.made.files.title} cannot make pictures of ${size.width}×${size.height}: ${(error as Error).message}.`,
        `Take a size like ${native.width}×${native.height}.`,
      );
    }
    return size;
  }

  /** States of an experiment's texts; null for a model that reads none. The encoder is gone again when this resolves. */
  async prompts(
    { prompt, negative, clipSkip }: Pick<PicturesExperiment, 'prompt' | 'negative' | 'clipSkip'>,
    signal: AbortSignal,
    empty = false,
  ): Promise<Prepared['prompts']> {
    const { files, model, format } = this.made;
    if (model.texts.length === 0) return null;
    const asked: readonly PromptText[] = [
      ...promptPair(prompt, negative, clipSkip),
      ...(empty ? [{ text: null }] : []),
    ];
    const keys = asked.map((text) => JSON.stringify(text));
    const missing = asked.filter((_, i) => !this.#texts.has(keys[i]!) && keys.indexOf(keys[i]!) === i);
    if (missing.length > 0) {
      const encoded = await encodePrompts(this.ctx, files, model, missing, { format, owner: TEXT_OWNER, signal });
      if (this.#texts.size > MOST_TEXTS) this.#texts.clear();
      missing.forEach((text, i) => this.#texts.set(JSON.stringify(text), encoded[i]!));
      // What was cleared to make room is encoded again.
      if (keys.some((key) => !this.#texts.has(key))) return this.prompts({ prompt, negative, clipSkip }, signal, empty);
    }
    const [said, free, none] = keys.map((key) => this.#texts.get(key)!);
    return { prompt: said!, negative: free!, ...(none && { empty: none }) };
  }

  /** The network at an experiment's size, told its texts and classes. One lives at a time. */
  async prepare(
    e: PicturesExperiment,
    { copies, sides = { alone: [], avoid: [] }, givenRegisters }: Needs,
    signal: AbortSignal,
  ): Promise<Prepared> {
    const { files, model, weights, format } = this.made;
    const size = this.sizeOf(e);
    const prompts = await this.prompts(e, signal, sides.alone.includes('empty'));
    const sizeKey = `${size.width}×${size.height}`;
    if (this.#network?.key !== sizeKey) this.#network = { key: sizeKey, made: await this.made.network(size, signal) };
    const network = this.#network.made;
    const guides = copies !== 'one';
    const use = conditionsOf(
      files.title,
      model.network,
      (c) => network.condition(c),
      { prompts, labels: labelsOf(e, classCount(model.network)), size, avoid: sides.avoid },
      guides,
    );
    const registers = givenRegisters === 0 ? 0 : 2 ** Math.ceil(Math.log2(givenRegisters));
    const key = JSON.stringify([sizeKey, e.count, copies, sides, registers, this.made.tokens ?? 0]);
    if (this.#problem?.key !== key) {
      this.#problem?.problem.destroy();
      this.#problem = null;
      const problem = await PictureProblem.create(this.ctx, {
        model: network.graph,
        weights,
        use,
        samples: e.count,
        copies,
        alone: sides.alone,
        givenRegisters: registers,
        format,
        owner: RUN_OWNER,
      });
      this.#problem = { key, problem };
    } else this.#problem.problem.retell(use);
    return { problem: this.#problem.problem, prompts };
  }

  /** The decoder for pictures of a size, loaded unless it is there. */
  async decoder(size: PictureSize, signal: AbortSignal): Promise<Decoder> {
    const key = `${size.width}×${size.height}`;
    if (this.#decoder?.key === key) return this.#decoder.decoder;
    this.dropDecoder();
    const { files, model, format } = this.made;
    const decoder = await createDecoder(this.ctx, files, model, size, {
      // Its sums need their digits.
      format: format === 'f32' ? 'f32' : 'f16',
      owner: DECODER_OWNER,
      signal,
    });
    this.#decoder = { key, decoder };
    return decoder;
  }
  /** After a run: a large decoder makes room for the next one's steps. */
  restDecoder(): void {
    const held = this.ctx.buffers.bytesByOwner().get(DECODER_OWNER) ?? 0;
    if (held > DECODER_STAYS) this.dropDecoder();
  }
  dropDecoder(): void {
    this.#decoder?.decoder.destroy();
    this.#decoder = null;
  }

  /** How latents look before they are decoded: as the model brings it, else fitted once. */
  async preview(signal: AbortSignal): Promise<Preview> {
    if (this.#preview) return this.#preview;
    const { files, model, format } = this.made;
    const options = { format: format === 'f32' ? 'f32' : 'f16', owner: DECODER_OWNER, signal } as const;
    this.#preview = (await storedPreview(files, model, signal)) ?? (await fitPreview(this.ctx, files, model, options));
    return this.#preview;
  }

  /** Latents of a picture, (channels, height, width) in −1 … 1, as samplers have them. */
  encode(picture: Float32Array, size: PictureSize, signal: AbortSignal): Promise<Float32Array> {
    const { files, model, format } = this.made;
    return encodePicture(this.ctx, files, model, picture, size, {
      format: format === 'f32' ? 'f32' : 'f16',
      owner: DECODER_OWNER,
      signal,
    });
  }

  /** What the weights' format changes of D under an experiment, against the file's own numbers; they come and go. */
  async change(e: PicturesExperiment, signal: AbortSignal): Promise<MeasuredChange> {
    const { files, model, format, weights } = this.made;
    const nothing = { change: null, savedBytes: 0 };
    if (format === 'f32' || format === 'f16') return nothing;
    const prompts = await this.prompts(e, signal);
    const change = await measureChange(this.ctx, files, model, format, {
      given: { prompts, labels: labelsOf({ ...e, count: 1 }, classCount(model.network)), size: this.sizeOf(e) },
      guidance: e.contenders[0]!.guidance,
      seed: e.seed,
      memory: Infinity,
      owner: COMPARED_OWNER,
      loaded: weights,
      signal,
    });
    if (!change) return nothing;
    return { change, savedBytes: networkSize(model.network).bytes[change.from] - weights.bytes };
  }

  destroy(): void {
    this.#problem?.problem.destroy();
    this.#problem = null;
    this.dropDecoder();
    for (const owner of [RUN_OWNER, TEXT_OWNER, DECODER_OWNER, COMPARED_OWNER]) this.ctx.buffers.destroyOwner(owner);
  }
}

/** The classes of an experiment's samples; null for a network without classes. */
function labelsOf({ label, count }: PicturesExperiment, classes: number | null): readonly number[] | null {
  if (classes === null) return null;
  return label >= 0 ? [label] : Array.from({ length: count }, (_, i) => i % classes);
}

export { NETWORK_OWNER };
