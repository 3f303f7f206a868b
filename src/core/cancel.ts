// Work that can be ended early: every long task takes an AbortSignal and says `Cancelled` when it obeys.

export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('The run was cancelled.');
  }
}

/** Lets waiting messages be handled: long work on the processor must not block the worker's event loop. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Shared work that the first caller starts and may cancel: another caller that still wants the result then starts it
 * again.
 */
export async function shared<T>(begin: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    throwIfCancelled(signal);
    try {
      return await begin();
    } catch (error) {
      if (!(error instanceof Cancelled) || signal.aborted) throw error;
    }
  }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new Cancelled();
}
