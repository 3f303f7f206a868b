// Models that come with the page: fetched from beside it, checked against the sha256 of their card.
import type { ModelSource } from './source.ts';
import { isObject, parseObject } from '../formats/json.ts';
import type { Licence } from '../formats/modelCard.ts';
import { Cancelled } from '../core/cancel.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { sha256Of } from './sha256.ts';

/** What a registry says of a bundled model. */
export interface BundledCard {
  readonly title: string;
  /** Folder under models/. */
  readonly folder: string;
  /** Its files may lie in folders of their own: names like `unet/config.json`. */
  readonly nested?: boolean;
}

const again =
  'Check the connection and load it again; if this is your own copy, put the models folder beside index.html.';

/** A name that stays in the model's folder: no `..`, no `\`, not absolute. */
const staysInside = (name: string, nested: boolean): boolean =>
  !name.includes('\\') &&
  (nested || !name.includes('/')) &&
  name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

interface Listed {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What card.json lists; null where it cannot be read as a list. */
function listOf(files: unknown, nested: boolean): readonly Listed[] | null {
  if (!isObject(files)) return null;
  const list = Object.entries(files).map(([name, file]) => {
    const { bytes, sha256 } = isObject(file) ? file : {};
    return { name, bytes: Number(bytes), sha256: String(sha256) };
  });
  const good = ({ name, bytes }: Listed) => Number.isSafeInteger(bytes) && bytes >= 0 && staysInside(name, nested);
  return list.length > 0 && list.every(good) ? list : null;
}

/** The licence of a card that names one by id, as the hub does. */
function licenceOf(licence: unknown): Licence | null {
  if (!isObject(licence) || typeof licence['id'] !== 'string') return null;
  return { id: licence['id'], name: typeof licence['name'] === 'string' ? licence['name'] : null, link: null };
}

/** `base` is the folder that holds models/, as an absolute URL. */
export async function openBundled(
  base: string,
  source: ModelSource & { readonly from: 'bundled' },
  { title, folder, nested = false }: BundledCard,
  signal: AbortSignal,
): Promise<ModelFiles> {
  const got = { network: 0, store: 0 };
  const get = async (name: string, cache?: RequestCache): Promise<Uint8Array<ArrayBuffer>> => {
    // Written out, because an address may say `..` in other letters (%2e%2e).
    const path = name.split('/').map(encodeURIComponent).join('/');
    const url = new URL(`models/${folder}/${path}`, base).href;
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
  const said = parseObject(card, { what: `card.json of ${title}`, depth: 16, hint: again });
  const files = listOf(said['files'], nested);
  if (!files) throw new ModelError(`card.json of ${title} lists no files that can be read.`, again);
  const held = new Map<string, Promise<Uint8Array<ArrayBuffer>>>([['card.json', Promise.resolve(card)]]);
  const whole = (name: string) => {
    let bytes = held.get(name);
    if (bytes) return bytes;
    const file = files.find((f) => f.name === name);
    if (!file) throw new ModelError(`${title} has no file ${name}.`, again);
    held.set(name, (bytes = checked(name, file.sha256)));
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
  const licence = licenceOf(said['licence']);
  return {
    source,
    title,
    got,
    list: [{ name: 'card.json', bytes: card.length }, ...files.map(({ name, bytes }) => ({ name, bytes }))],
    ...(licence && { licence }),
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
