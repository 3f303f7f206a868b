// Weights of the bundled models: fetched once, checked against the sha256 of their card, parsed, kept for the session.
import type { ModelFile } from '../../models/networks/index.ts';
import type { Safetensors } from '../../formats/safetensors.ts';
import { loadLearned } from './loadLearned.ts';
import { type LoadWeights } from './problem.ts';
import { Cancelled } from '../../core/cancel.ts';

export interface Weights {
  readonly info: ModelFile;
  readonly tensors: Safetensors;
}

/** Weights that are missing, cut short or altered. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export type Progress = (text: string, fraction: number | null) => void;
const MEGABYTE = 2 ** 20;

/** Settles as the promise does, or rejects as soon as the signal is aborted; the work itself goes on. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Cancelled());
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * `base` is the folder that holds models/, as an absolute URL. A download continues when the run that asked for it is
 * cancelled: the next run of the model will need it.
 */
export function createWeightLoader(base: string, onProgress: Progress): LoadWeights {
  const cache = new Map<string, Promise<Weights>>();
  const cards = new Map<string, Promise<ModelFile>>();
  return (folder, signal, onCard) => {
    let loading = cache.get(folder);
    if (!loading) {
      let resolveCard: (info: ModelFile) => void = () => {};
      cards.set(folder, new Promise((resolve) => (resolveCard = resolve)));
      loading = loadFolder(base, folder, onProgress, resolveCard);
      cache.set(folder, loading);
      // A failed download may be tried again.
      loading.catch(() => cache.delete(folder));
    }
    // An error of `onCard` is reported by the load itself.
    if (onCard)
      cards
        .get(folder)!
        .then(onCard)
        .catch(() => {});
    return until(loading, signal);
  };
}

async function get(url: string, what: string, cache: RequestCache = 'default'): Promise<Response> {
  const response = await fetch(url, { cache }).catch((cause: unknown) => {
    throw new WeightsError(
      `The ${what} could not be fetched (${cause instanceof Error ? cause.message : String(cause)}).`,
      'Check the connection and run again; models opened before work offline.',
    );
  });
  // A static host that answers every path with its index page would otherwise look like a broken file.
  if (!response.ok || /text\/html/.test(response.headers.get('content-type') ?? ''))
    throw new WeightsError(
      `The ${what} is missing here (HTTP ${response.status}).`,
      'Another model works; if this is your own copy, put the models folder beside index.html.',
    );
  return response;
}

async function readAll(
  response: Response,
  bytes: number,
  title: string,
  onProgress: Progress,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(bytes);
  const reader = response.body!.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new WeightsError(
        `The download of the weights of ${title} broke off at ${at} of ${bytes} bytes (${String(cause)}).`,
        'Check the connection and run again.',
      );
    });
    if (done) break;
    if (at + value.length > bytes)
      throw new WeightsError(
        `The weights of ${title} are longer than the ${bytes} bytes their card states.`,
        'The file was altered or belongs to another version; reload the page without its cache.',
      );
    out.set(value, at);
    at += value.length;
    // All bytes are here long before the first picture: what follows is moved to the device and compiled, uncounted.
    if (at === bytes) onProgress(`Preparing ${title}`, null);
    else
      onProgress(`Loading ${title}: ${(at / MEGABYTE).toFixed(1)} of ${(bytes / MEGABYTE).toFixed(1)} MB`, at / bytes);
  }
  if (at < bytes)
    throw new WeightsError(
      `The weights of ${title} end after ${at} of ${bytes} bytes.`,
      'The download was cut short; run again.',
    );
  return out;
}

async function loadFolder(
  base: string,
  folder: string,
  onProgress: Progress,
  onCard: (info: ModelFile) => void,
): Promise<Weights> {
  const { parseModelJson, parseSafetensors } = await loadLearned();
  const at = (file: string) => new URL(`models/${folder}/${file}`, base).href;
  const attempt = async (cache?: RequestCache) => {
    const card = await (await get(at('model.json'), `card of model '${folder}'`, cache)).arrayBuffer();
    const info = parseModelJson(new Uint8Array(card));
    onCard(info);
    const bytes = await readAll(
      await get(at(info.weights.file), `weights file of ${info.title}`, cache),
      info.weights.bytes,
      info.title,
      onProgress,
    );
    return { info, bytes, digest: await sha256(bytes) };
  };
  let got = await attempt().catch((error: unknown) => {
    if (error instanceof WeightsError) return null;
    throw error;
  });
  // A kept copy may be damaged, cut short or of another version than its card: ask the host itself, once.
  if (!got || got.digest !== got.info.weights.sha256) got = await attempt('reload');
  const { info, bytes, digest } = got;
  if (digest !== info.weights.sha256) {
    throw new WeightsError(
      `The weights of ${info.title} are corrupt: sha256 ${digest.slice(0, 12)}… where ${info.weights.sha256.slice(0, 12)}… was expected.`,
      'They were fetched twice: the copy on this host is damaged. Other models work.',
    );
  }
  return { info, tensors: parseSafetensors(bytes) };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle)
    throw new WeightsError(
      'The weights cannot be checked on this page: it was not opened over https or localhost.',
      'Open it over https, or use a 2-D model, which needs no weights.',
    );
  return Array.from(new Uint8Array(await subtle.digest('SHA-256', bytes)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  );
}
