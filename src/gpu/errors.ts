/** Errors a reader can act on: `message` says what happened, `hint` what to do. They cross the worker by name. */
export class GpuError extends Error {
  override readonly name: string = 'GpuError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export class NoWebGpuError extends GpuError {
  override readonly name = 'NoWebGpuError';
  constructor() {
    super('This browser has no WebGPU.', 'Use a recent Chrome, Edge, Safari or Firefox, over https or localhost.');
  }
}

export class NoAdapterError extends GpuError {
  override readonly name = 'NoAdapterError';
  constructor(detail = '') {
    super(
      `WebGPU is present but offers no adapter${detail && `: ${detail}`}.`,
      'Turn on hardware acceleration, or update the graphics driver.',
    );
  }
}

export class DeviceLostError extends GpuError {
  override readonly name = 'DeviceLostError';
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(
      `The GPU device was lost (${reason})${detail && `: ${detail}`}.`,
      'The run can be replayed exactly on a new device.',
    );
    this.reason = reason;
  }
}

export class OutOfMemoryError extends GpuError {
  override readonly name = 'OutOfMemoryError';
  readonly bytes: number;
  constructor(what: string, bytes: number, detail: string) {
    super(
      `Not enough GPU memory for ${what} (${megabytes(bytes)}): ${detail}.`,
      'Take fewer samples or a smaller model, or close other tabs that use the GPU.',
    );
    this.bytes = bytes;
  }
}

export class ShaderError extends GpuError {
  override readonly name = 'ShaderError';
  readonly label: string;
  constructor(label: string, detail: string) {
    super(`${label}: ${detail}`, 'This is a fault in a kernel or in the driver; the message names the line.');
    this.label = label;
  }
}

export const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1)} MiB`;
