// Models that come with the page: fetched from beside it, checked against the sha256 of their card.
import type { ModelSource } from './source.ts';
import { parseObject } from '../formats/json.ts';
import { languageCard } from '../models/language.ts';
import { Cancelled } from '../core/cancel.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { sha256Of } from './sha256.ts';

const again =
  'Check the connection and load it again; if this is your own copy, put the models folder beside index.html.';

/** `base` is the folder that holds models/, as an absolute URL. */
export async function openBundled(
  base: string,
  source: ModelSource & { readonly from: 'bundled' },
  signal: AbortSignal,
): Promise<ModelFiles> {
  const { folder, title } = languageCard(source.id)!;
  const got = { network: 0, store: 0 };
  const get = async (name: string, cache?: RequestCache): Promise<Uint8Array<ArrayBuffer>> => {
    const url = new URL(`models/${folder}/${name}`, base).href;
    try {
      const response = await fetch(url, { signal, ...(cache && { cache }) });
      // A static host that answers every path with its index page would otherwise look like a broken file.
      if (!response.ok || /text\/html/.test(response.headers.get('content-type') ?? ''))
        throw new ModelError(`${name} of ${title} is missing here (HTTP ${response.status}).`, again);
      const bytes = new Uint8Array(await response.arrayBuffer());
      got.network += bytes.length;
      return bytes;
    } catch (cause) {
      if (signal.aborted) throw new Cancelled();
      throw cause instanceof ModelError
        ? cause
        : new ModelError(
            `${name} of ${title} could not be fetched (${cause instanceof Error ? cause.message : String(cause)}).`,
            again,
          );
    }
  };
  const card = await get('card.json');
  const listed = parseObject(card, { what: `card.json of ${title}`, depth: 16, hint: again }).files as
    Record<string, { bytes?: unknown; sha256?: unknown }> | undefined;
  const files = Object.entries(listed ?? {}).map(([name, f]) => ({
    name,
    bytes: Number(f?.bytes),
    sha256: String(f?.sha256),
  }));
  if (files.length === 0 || files.some((f) => !Number.isSafeInteger(f.bytes) || f.bytes < 0 || /[/\\]/.test(f.name)))
    throw new ModelError(`card.json of ${title} lists no files that can be read.`, again);
  const held = new Map<string, Promise<Uint8Array<ArrayBuffer>>>([['card.json', Promise.resolve(card)]]);
  const whole = (name: string) => {
    const file = files.find((f) => f.name === name);
    let bytes = held.get(name);
    if (!bytes) held.set(name, (bytes = checked(name, file!.sha256)));
    return bytes;
  };
  const checked = async (name: string, sha256: string) => {
    // A cached copy may be of another version than the card: fetch it once more, past the cache.
    for (const cache of [undefined, 'reload'] as const) {
      const bytes = await get(name, cache);
      if ((await sha256Of(bytes)) === sha256) return bytes;
    }
    throw new ModelError(
      `${name} of ${title} is damaged: its sha256 is not the one on its card.`,
      'It was fetched twice: the copy on this host is damaged. Other models work.',
    );
  };
  return {
    source,
    title,
    got,
    list: [{ name: 'card.json', bytes: card.length }, ...files.map(({ name, bytes }) => ({ name, bytes }))],
    async read(name, begin, end) {
      const bytes = await whole(name);
      if (end > bytes.length)
        throw new ModelError(`${name} of ${title} ends after ${bytes.length} bytes, ${end} are needed.`, again);
      return bytes.subarray(begin, end);
    },
    close: () => {
      held.clear();
      return Promise.resolve();
    },
  };
}
