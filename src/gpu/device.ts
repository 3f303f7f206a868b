import { BufferPool } from './buffers.ts';
import { DeviceLostError, NoAdapterError, NoWebGpuError } from './errors.ts';

/** What an adapter is and offers: decides which kernel versions run, and is shown beside every result. */
export interface DeviceInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** A software implementation on the processor: has its own kernel versions. */
  readonly isSoftware: boolean;
  /**
   * Of WebGPU; a name for each shape of matrices that subgroups multiply, e.g. `subgroup-matrix-f32-8x8x8` (m, n, k);
   * and `subgroups-of-8` where none is smaller.
   */
  readonly features: ReadonlySet<string>;
  /** WGSL language features, e.g. `subgroup_id`. */
  readonly language: ReadonlySet<string>;
  readonly limits: GPUSupportedLimits;
  /** 0 without the `subgroups` feature. */
  readonly subgroupMin: number;
  readonly subgroupMax: number;
}

/** Counters that the hot loop must not change: a test compares two snapshots. */
export interface Counters {
  buffersCreated: number;
  pipelinesCreated: number;
  bindGroupsCreated: number;
  submits: number;
  maps: number;
  dispatches: number;
}

export interface DeviceOptions {
  /** Optional features to withhold, so that the baseline can be tested on any adapter. */
  readonly without?: readonly string[];
  /** Ask for the default limits instead of the adapter's own. */
  readonly floorLimits?: boolean;
}

const MATRIX = 'chromium-experimental-subgroup-matrix';
const OPTIONAL = ['shader-f16', 'subgroups', 'timestamp-query', MATRIX] as const;
/** Chromium's experimental extension is in no type package yet. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}
/**
 * The shapes of matrices whose products are summed in their own type, where subgroups have one size, as versions count
 * on 32 lanes.
 */
const matrixShapes = ({ info }: GPUAdapter): string[] =>
  [...((info as { subgroupMatrixConfigs?: Iterable<MatrixConfig> }).subgroupMatrixConfigs ?? [])]
    .filter(
      (c) => c.componentType === c.resultComponentType && info.subgroupMinSize === 32 && info.subgroupMaxSize === 32,
    )
    .map(({ componentType, M, N, K }) => `subgroup-matrix-${componentType}-${M}x${N}x${K}`);

/** WebGPU of the page or the worker; the only place that refers to `navigator.gpu`. */
export const browserGpu = (): GPU | undefined => (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;

/**
 * A device and its lifetime. `status` goes from 'ready' to 'lost' once and stays there: the owner of the context opens
 * a new one, rebuilds everything and replays.
 */
export class GpuContext {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  readonly buffers: BufferPool;
  readonly counters: Counters = {
    buffersCreated: 0,
    pipelinesCreated: 0,
    bindGroupsCreated: 0,
    submits: 0,
    maps: 0,
    dispatches: 0,
  };
  /** Compiled pipelines by code and constants; see kernel.ts. */
  readonly pipelines = new Map<
    string,
    Promise<{ pipeline: GPUComputePipeline; layout: GPUBindGroupLayout; compileMs: number }>
  >();
  /**
   * Versions of kernel families that were measured to be best here, or that override them; see kernels/choose.ts.
   */
  versions: Readonly<Record<string, string>> = {};
  /** Kept from the first uncaptured error: later ones are usually its echoes. */
  firstError: string | undefined;
  #lost: DeviceLostError | undefined;
  #watchers = new Set<(error: DeviceLostError) => void>();

  constructor(device: GPUDevice, info: DeviceInfo) {
    this.device = device;
    this.info = info;
    this.buffers = new BufferPool(device, this.counters);
    device.addEventListener('uncapturederror', (event) => {
      this.firstError ??= (event as GPUUncapturedErrorEvent).error.message;
    });
    void device.lost.then(({ reason, message }) => this.#lose(new DeviceLostError(reason ?? 'unknown', message)));
  }

  /** The first uncaptured error since the last call, and forgets it. */
  takeError(): string | undefined {
    const error = this.firstError;
    this.firstError = undefined;
    return error;
  }

  get status(): 'ready' | 'lost' {
    return this.#lost ? 'lost' : 'ready';
  }
  get lostError(): DeviceLostError | undefined {
    return this.#lost;
  }

  /** Call `watcher` when the device is lost; at once if it already is. Returns a function that stops watching. */
  onLost(watcher: (error: DeviceLostError) => void): () => void {
    if (this.#lost) watcher(this.#lost);
    else this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** Destroy the device: when it is no longer needed, or to simulate a loss. Watchers are called before it returns. */
  destroy(): void {
    this.device.destroy();
    this.#lose(new DeviceLostError('destroyed', 'destroyed by the application'));
  }

  /** The one way to the queue: refuses on a lost device, and counts. */
  submit(...commands: GPUCommandBuffer[]): void {
    this.assertReady();
    this.counters.submits++;
    this.device.queue.submit(commands);
  }

  assertReady(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Everything submitted so far is done. Rejects if the device was lost meanwhile. */
  async idle(): Promise<void> {
    this.assertReady();
    await this.device.queue.onSubmittedWorkDone();
    this.assertReady();
  }

  #lose(error: DeviceLostError): void {
    if (this.#lost) return;
    this.#lost = error;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher(error);
  }
}

/** Describe an adapter without making a device of it. */
export function describe(gpu: GPU, adapter: GPUAdapter): DeviceInfo {
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const subgroups = adapter.features.has('subgroups');
  const name = `${vendor} ${architecture} ${description} ${adapter.info.device}`.toLowerCase();
  return {
    vendor,
    architecture,
    description,
    isSoftware: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/.test(name),
    features: new Set<string>(adapter.features),
    language: new Set<string>(gpu.wgslLanguageFeatures),
    limits: adapter.limits,
    subgroupMin: (subgroups && adapter.info.subgroupMinSize) || 0,
    subgroupMax: (subgroups && adapter.info.subgroupMaxSize) || 0,
  };
}

/** Open a device with the adapter's real limits and every optional feature we can use. */
export async function requestDevice(
  gpu: GPU | undefined = browserGpu(),
  options: DeviceOptions = {},
): Promise<GpuContext> {
  if (!gpu) throw new NoWebGpuError();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new NoAdapterError();
  const features = OPTIONAL.filter(
    (f) => adapter.features.has(f as GPUFeatureName) && !options.without?.includes(f),
  ) as GPUFeatureName[];
  const limits: Record<string, number> = {};
  // Limits that exist on this adapter's object; a name unknown to the implementation would be refused.
  if (!options.floorLimits)
    for (const key in adapter.limits) {
      const value = adapter.limits[key as keyof GPUSupportedLimits];
      if (typeof value === 'number') limits[key] = value;
    }
  const device = await adapter
    .requestDevice({ label: 'stepscope', requiredFeatures: [...features], requiredLimits: limits })
    .catch((cause: unknown) => {
      throw new NoAdapterError(cause instanceof Error ? cause.message : String(cause));
    });
  const info = describe(gpu, adapter);
  const subgroups = device.features.has('subgroups');
  return new GpuContext(device, {
    ...info,
    features: new Set<string>([
      ...device.features,
      ...((features as string[]).includes(MATRIX) ? matrixShapes(adapter) : []),
      ...(subgroups && info.subgroupMin >= 8 ? ['subgroups-of-8'] : []),
    ]),
    limits: device.limits,
    subgroupMin: subgroups ? info.subgroupMin : 0,
    subgroupMax: subgroups ? info.subgroupMax : 0,
  });
}
