// What a model would take here, told before its download.
import { weightFormats } from '../../../core/weightFormat.ts';
import type { FitReport } from '../../../engine/modelRequests.ts';
import { planOf } from '../../../engine/pipeline/fit.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { readDiffusion } from '../../../hub/diffusionConfigs.ts';
import type { ModelSource } from '../../../hub/source.ts';
import type { Sources } from '../../../hub/sources.ts';
import type { Given } from '../../../hub/types.ts';
import { networkSize } from '../../../models/diffusers/memory.ts';
import { nativeSize, PART_NAMES } from './modelInUse.ts';

export interface PicturesFit extends FitReport {
  readonly network: string;
  /** Of the network. */
  readonly parameters: number;
  readonly size: { readonly height: number; readonly width: number };
}

/** Of the standard, where no device is there to be asked. */
const FLOOR = { maxStorageBufferBindingSize: 128 * 2 ** 20, maxBufferSize: 256 * 2 ** 20 };
/** A processor that emulates a GPU shares the page's memory with the browser. */
const SOFTWARE_MEMORY = 4e9;

/** Reads a model's configurations, not its weights. */
export async function fitReport(
  ctx: GpuContext | null,
  sources: Sources,
  source: ModelSource,
  given: Given,
  signal: AbortSignal,
): Promise<PicturesFit> {
  const files = await sources.open(source, given, signal);
  try {
    const model = await readDiffusion(files, signal);
    const size = nativeSize(model);
    const limits = ctx?.info.limits ?? FLOOR;
    const software = ctx?.info.isSoftware ?? false;
    const guided = model.network.model === 'DiTTransformer2DModel' || model.network.crossDim !== null;
    const plan = planOf(
      model,
      { ...size, samples: 1, copies: guided ? 2 : 1 },
      {
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxBufferSize: limits.maxBufferSize,
        software,
        memory: software ? SOFTWARE_MEMORY : Infinity,
      },
      files.licence,
    );
    const { quota, used } = await sources.stored();
    const largest = plan.formats.f16.largest;
    return {
      title: files.title,
      network: model.network.model,
      parameters: networkSize(model.network).parameters,
      size,
      downloadBytes: plan.download.total,
      storedBytes: await sources.storedBytes(source),
      freeBytes: quota === null ? null : Math.max(0, quota - used),
      formats: weightFormats.map((format) => {
        const { peak, why } = plan.formats[format];
        return { format, gpuBytes: peak, fits: why === null, how: why ?? `at ${size.width}×${size.height}` };
      }),
      parts: plan.download.parts.map(({ part, bytes }) => ({ name: PART_NAMES[part], bytes })),
      licence: { text: plan.licence, link: files.licence?.link ?? null },
      remarks: [
        ...(largest === null
          ? []
          : [`The largest square picture that this adapter’s bindings allow: ${largest}×${largest}.`]),
        ...(software ? [] : ['A page cannot ask how much memory the GPU has: compare the bytes with your own.']),
      ],
    };
  } finally {
    await files.close();
  }
}
