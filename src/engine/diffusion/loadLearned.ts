import { GpuError } from '../../gpu/errors.ts';

/** The networks' code. What cannot be downloaded is said in words, and the next model asks again. */
export const loadLearned = () =>
  import('./learned.ts').catch((cause: unknown) => {
    throw new GpuError(
      `The code that runs networks could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Check the connection and run again; if this page was updated meanwhile, reload it.',
    );
  });
