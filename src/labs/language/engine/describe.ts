// What the page may know of a model: once it is there, and before its download.
import type { LanguageSource } from '../../../hub/source.ts';
import { isBlockFormat } from '../../../core/weightFormat.ts';
import { PLAIN_VARIABLES } from '../../../formats/plainTemplate.ts';
import { perToken } from '../../../formats/perToken.ts';
import { resolveHead, weightPlan } from '../../../formats/weightPlan.ts';
import { cacheBytes } from '../../../networks/kvCache.ts';
import { placeWeights } from '../../../networks/transformerWeights.ts';
import type { FitReport, LoadedModel } from './events.ts';
import type { Format } from '../../../engine/decoding/events.ts';
import { readHeads } from '../../../engine/decoding/heads.ts';
import type { LanguageLab, ModelInUse } from './lab.ts';
import type { Given } from '../../../hub/types.ts';
import type { Sources } from '../../../hub/sources.ts';

const MB = 2 ** 20;
/** Special tokens that the page is told of, so that it can see them in a prompt. */
const MOST_NAMES = 2000;

export async function describe(m: ModelInUse, lab: LanguageLab): Promise<LoadedModel> {
  const limit = lab.ctx?.info.limits.maxStorageBufferBindingSize ?? Infinity;
  const cached = m.config.kvHeads * m.config.headDim * 4;
  return {
    source: m.source,
    title: m.title,
    config: m.config,
    format: m.format,
    parameters: m.weights.parameters,
    ...(m.config.experts && { active: perToken(m.config, (name) => m.weights.bytesOf(name)) }),
    gpuBytes: m.weights.bytes,
    loadMs: m.loadMs,
    longestContext: Math.min(m.config.context, Math.floor(limit / cached)),
    hasChatTemplate: m.template !== null,
    templateFault: m.template === null ? null : await faultOf(m.template),
    templateVariables: m.template === null ? PLAIN_VARIABLES : await variablesOf(m.template),
    specialNames: m.tokenizer.specialNames.slice(0, MOST_NAMES),
    quantisationLoss: null,
    card: m.card,
    notices: m.notices,
  };
}

const faultOf = async (template: string) => (await import('../../../formats/chatTemplate.ts')).templateFault(template);

const variablesOf = async (template: string) =>
  (await import('../../../formats/chatTemplate.ts')).templateVariables(template);

const tooLarge = (what: string, bytes: number, binding: number): string | null =>
  bytes > binding ? `${what} has ${size(bytes)}, and this adapter binds at most ${size(binding)}` : null;

/** Reads the heads of a model, not its weights, and says what each format would take. */
export async function fitReport(
  lab: LanguageLab,
  sources: Sources,
  source: LanguageSource,
  given: Given,
  signal: AbortSignal,
): Promise<FitReport> {
  const files = await sources.open(source, given, signal);
  try {
    const heads = await readHeads(files, signal);
    const config = resolveHead(heads.config, heads.checkpoint);
    const plan = weightPlan(config, heads.checkpoint);
    const limits = lab.ctx?.info.limits;
    const binding = limits ? Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize) : Infinity;
    const cache = cacheBytes(config, Math.min(config.context, 2048));
    const inBlocks = plan.some(({ parts }) => parts.some(({ entry }) => isBlockFormat(entry.dtype)));
    const offered = [
      ...(inBlocks ? (['stored'] as const) : []),
      'f32',
      'f16',
      'int8',
      'int4',
    ] as const satisfies readonly Format[];
    const formats = offered.map((format) => {
      const { bytes, split } = placeWeights(plan, format, binding);
      const table = Math.max(
        0,
        ...plan.filter((s) => s.kind === 'vector' || s.name === 'position_embedding').map((s) => s.rows * s.cols * 4),
      );
      const perLayer = cache / (2 * config.layers);
      const why = tooLarge('one table', table, binding) ?? tooLarge('the cache of one layer', perLayer, binding);
      const how =
        split.length > 0
          ? `${split.length === 1 ? `${split[0]!.replaceAll('_', ' ')} is` : `${split.length} matrices are`} split over several bindings`
          : 'every matrix in one binding';
      return {
        format,
        gpuBytes: bytes + cache,
        fits: why === null,
        how: why ?? `${how}; cache for ${Math.min(config.context, 2048)} tokens included`,
      };
    });
    const { quota, used } = await sources.stored();
    return {
      title: files.title,
      architecture: config.architecture,
      parameters: plan.reduce((n, s) => n + s.rows * s.cols, 0),
      ...(config.experts && { active: perToken(config, () => 0).parameters }),
      downloadBytes: files.list.reduce((n, f) => n + f.bytes, 0),
      storedBytes: await sources.storedBytes(source),
      freeBytes: quota === null ? null : Math.max(0, quota - used),
      formats,
    };
  } finally {
    await files.close();
  }
}
const size = (bytes: number) =>
  bytes >= 1024 * MB ? `${(bytes / 1024 / MB).toFixed(1)} GB` : `${(bytes / MB).toFixed(1)} MB`;
