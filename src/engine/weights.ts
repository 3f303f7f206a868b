// Weights of the bundled models: fetched once, checked against the sha256 of their card, parsed, kept for the session.
import { parseModelJson, type ModelFile } from '../formats/modelJson.ts';
import { parseSafetensors, type Safetensors } from '../formats/safetensors.ts';
import { Cancelled, type LoadWeights } from './problem.ts';

export interface Weights { readonly info: ModelFile; readonly tensors: Safetensors }

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

/** `base` is the folder that holds models/, as an absolute URL. */
export function createWeightLoader(base: string, onProgress: Progress): LoadWeights {
  const cache = new Map<string, Promise<Weights>>();
  return (folder, signal) => {
    const known = cache.get(folder);
    if (known) return known;
    const loading = loadFolder(base, folder, signal, onProgress);
    cache.set(folder, loading);
    // A failed or cancelled download may be tried again.
    loading.catch(() => cache.delete(folder));
    return loading;
  };
}

async function get(url: string, what: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    if (signal.aborted) throw new Cancelled();
    throw new WeightsError(`The ${what} could not be fetched (${cause instanceof Error ? cause.message : String(cause)}).`, 'Check the connection and run again; models opened before work offline.');
  });
  // A static host that answers every path with its index page would otherwise look like a broken file.
  if (!response.ok || /text\/html/.test(response.headers.get('content-type') ?? '')) throw new WeightsError(`The ${what} is missing here (HTTP ${response.status}).`, 'Another model works; if this is your own copy, put the models folder beside index.html.');
  return response;
}

async function readAll(response: Response, bytes: number, title: string, signal: AbortSignal, onProgress: Progress): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(bytes), reader = response.body!.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      if (signal.aborted) throw new Cancelled();
      throw new WeightsError(`The download of the weights of ${title} broke off at ${at} of ${bytes} bytes (${String(cause)}).`, 'Check the connection and run again.');
    });
    if (done) break;
    if (at + value.length > bytes) throw new WeightsError(`The weights of ${title} are longer than the ${bytes} bytes their card states.`, 'The file was altered or belongs to another version; reload the page without its cache.');
    out.set(value, at);
    at += value.length;
    onProgress(`Loading ${title}: ${(at / MEGABYTE).toFixed(1)} of ${(bytes / MEGABYTE).toFixed(1)} MB`, at / bytes);
  }
  if (at < bytes) throw new WeightsError(`The weights of ${title} end after ${at} of ${bytes} bytes.`, 'The download was cut short; run again.');
  return out;
}

async function loadFolder(base: string, folder: string, signal: AbortSignal, onProgress: Progress): Promise<Weights> {
  const at = (file: string) => new URL(`models/${folder}/${file}`, base).href;
  const card = await (await get(at('model.json'), `card of model '${folder}'`, signal)).arrayBuffer();
  const info = parseModelJson(new Uint8Array(card));
  const bytes = await readAll(await get(at(info.weights.file), `weights file of ${info.title}`, signal), info.weights.bytes, info.title, signal, onProgress);
  const digest = await sha256(bytes);
  if (digest !== info.weights.sha256) {
    throw new WeightsError(`The weights of ${info.title} are corrupt: sha256 ${digest.slice(0, 12)}… where ${info.weights.sha256.slice(0, 12)}… was expected.`, 'Reload the page without its cache; until then other models work.');
  }
  return { info, tensors: parseSafetensors(bytes) };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) throw new WeightsError('The weights cannot be checked on this page: it was not opened over https or localhost.', 'Open it over https, or use a 2-D model, which needs no weights.');
  return Array.from(new Uint8Array(await subtle.digest('SHA-256', bytes)), (b) => b.toString(16).padStart(2, '0')).join('');
}
