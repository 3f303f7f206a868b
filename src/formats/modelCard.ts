import { isObject } from './json.ts';

/** What a model's card says of its licence. */
export interface Licence {
  /** As the hub writes it: `mit`, `creativeml-openrail-m`, `other`. */
  readonly id: string;
  /** The publisher's own name for it, where the id is `other`. */
  readonly name: string | null;
  readonly link: string | null;
}

const short = (value: unknown): string | null => {
  const text = Array.isArray(value) ? (value as unknown[]).filter((v) => typeof v === 'string').join(', ') : value;
  if (typeof text !== 'string') return null;
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').trim();
  return clean === '' ? null : clean.slice(0, 200);
};

/** From a card's fields, wherever they were read; null where they name no licence. Links are to the web or to nothing. */
export function licenceOf(card: unknown): Licence | null {
  if (!isObject(card)) return null;
  const id = short(card['license']);
  const name = short(card['license_name']);
  if (id === null && name === null) return null;
  const link = short(card['license_link']);
  return { id: (id ?? 'other').toLowerCase(), name, link: link !== null && /^https:\/\//.test(link) ? link : null };
}

/** The block of fields at the head of a README.md, as far as a licence needs it: top-level texts and lists of texts. */
export function cardFields(readme: string): Readonly<Record<string, string | readonly string[]>> {
  const block = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(readme.slice(0, 2 ** 16))?.[1] ?? '';
  const plain = (text: string) => {
    const bare = text.trim();
    const quoted = /^(["'])(.*)\1$/.exec(bare);
    return quoted ? quoted[2]! : bare.replace(/\s+#.*$/, '');
  };
  const fields = new Map<string, string | string[]>();
  let list: string[] | null = null;
  for (const line of block.split(/\r?\n/)) {
    const field = /^([A-Za-z_][\w-]*):[ \t]*(.*)$/.exec(line);
    const entry = /^[ \t]*-[ \t]+(.*)$/.exec(line);
    if (field) {
      const inline = /^\[(.*)\]$/.exec(field[2]!.trim());
      list = null;
      if (inline) fields.set(field[1]!, inline[1]!.split(',').map(plain));
      else if (plain(field[2]!) === '') fields.set(field[1]!, (list = []));
      else fields.set(field[1]!, plain(field[2]!));
    } else if (entry && list) list.push(plain(entry[1]!));
  }
  return Object.fromEntries(fields);
}

/** What a licence asks of its reader, in a few words; of others only the name is known here. */
const known: ReadonlyMap<string, readonly [title: string, asks: string]> = new Map([
  ['mit', ['MIT', 'free for any use, with the notice kept']],
  ['apache-2.0', ['Apache 2.0', 'free for any use, with the notice kept']],
  ['bsd-3-clause', ['BSD 3-Clause', 'free for any use, with the notice kept']],
  ['cc0-1.0', ['CC0 1.0', 'free for any use']],
  ['cc-by-4.0', ['CC BY 4.0', 'free for any use, with credit']],
  ['cc-by-sa-4.0', ['CC BY-SA 4.0', 'free for any use, with credit and under the same licence']],
  ['cc-by-nc-4.0', ['CC BY-NC 4.0', 'not for commercial use']],
  ['cc-by-nc-sa-4.0', ['CC BY-NC-SA 4.0', 'not for commercial use']],
  ['openrail', ['OpenRAIL', 'some uses are forbidden: read its list']],
  ['openrail++', ['OpenRAIL++-M', 'some uses are forbidden: read its list']],
  ['creativeml-openrail-m', ['CreativeML OpenRAIL-M', 'some uses are forbidden: read its list']],
  ['bigscience-openrail-m', ['BigScience OpenRAIL-M', 'some uses are forbidden: read its list']],
]);

/** One line for a reader, before a download. */
export function licenceLine(licence: Licence | null): string {
  if (licence === null) return 'The card names no licence: ask the publisher before you use the model or its pictures.';
  const found = known.get(licence.id);
  if (found) return `${found[0]}: ${found[1]}.`;
  const name = licence.id === 'other' && licence.name !== null ? licence.name : licence.id;
  const commercial = /(^|[-_ ])nc([-_ ]|$)|non-?commercial/i.test(`${licence.id} ${licence.name ?? ''}`);
  const asks = commercial ? 'not for commercial use, by its name; read its terms' : 'read its terms';
  return name === 'other' ? 'Under terms of its own: read them.' : `${name}: ${asks}.`;
}
