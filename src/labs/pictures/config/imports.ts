// A picture that another program made: its settings, as far as this lab can take them, or why there are none.
// Files of this page's own are frame/config/restore.ts.
import { pictureKind } from '../../../formats/pictureKind.ts';
import { pngTexts } from '../../../formats/pngTexts.ts';
import { importParameters, type Imported } from './a1111.ts';

/** Bytes of a file that is looked into. */
const LONGEST = 64 * 1024 * 1024;
const KEYWORDS = [
  ...['parameters', 'prompt', 'workflow', 'invokeai_metadata', 'sd-metadata', 'Dream', 'fooocus_scheme', 'Software'],
  'Comment',
] as const;

/** A file of whose settings nothing is taken. */
export interface NotImported {
  /** Why, as a whole sentence. */
  readonly because: string;
  /** A picture that says nothing of how it was made, rather than something that cannot be taken. */
  readonly plain: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
function jsonObject(text: string | undefined): Record<string, unknown> | null {
  if (!text?.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Nodes of ComfyUI's graph: `prompt` maps their numbers, `workflow` lists them. */
function nodeTypes(texts: ReadonlyMap<string, string>): readonly string[] | null {
  const prompt = jsonObject(texts.get('prompt'));
  const graph = prompt ? Object.values(prompt) : jsonObject(texts.get('workflow'))?.['nodes'];
  if (!Array.isArray(graph)) return null;
  const types = graph.filter(isObject).map((node) => node[prompt ? 'class_type' : 'type']);
  return types.filter((type) => typeof type === 'string');
}

/** Texts that are known and cannot be taken. */
function refusalOf(texts: ReadonlyMap<string, string>): string | null {
  const nodes = nodeTypes(texts);
  if (nodes) {
    const samplers = nodes.filter((type) => /sampler/i.test(type)).slice(0, 3);
    return `holds a graph of ComfyUI with ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}${samplers.length > 0 ? ` (${samplers.map((type) => type.slice(0, 40)).join(', ')} among them)` : ''}: which of its numbers made the picture is known only to who runs it, so none is taken. Set sampler, steps, guidance and seed yourself.`;
  }
  const swarm = jsonObject(texts.get('parameters'));
  if (swarm && 'sui_image_params' in swarm) return byName('SwarmUI');
  if (texts.has('fooocus_scheme')) return byName('Fooocus');
  if (['invokeai_metadata', 'sd-metadata', 'Dream'].some((key) => texts.has(key))) return byName('InvokeAI');
  return texts.get('Software') === 'NovelAI' ? byName('NovelAI') : null;
}
const byName = (program: string) =>
  `was made by ${program}, whose settings have a form of their own that is not read here. A1111’s web UI, Forge and SD.Next write one that is.`;

/** What a file's settings are, or why there are none that can be taken. Never throws. */
export async function importPicture(name: string, bytes: Uint8Array): Promise<Imported | NotImported> {
  const called = `“${name.slice(0, 120)}”`;
  const no = (because: string, plain = false): NotImported => ({ because: `${called} ${because}`, plain });
  if (bytes.length > LONGEST)
    return no(`has ${Math.round(bytes.length / 1e6)} MB, and at most ${Math.round(LONGEST / 1e6)} are looked through.`);
  const kind = pictureKind(bytes);
  if (kind === null) return no('is no picture that settings are read from; those are PNG files.');
  if (kind !== 'PNG')
    return no(
      `is ${kind === 'AVIF' ? 'an' : 'a'} ${kind}: settings are read from PNG files alone. Save the picture as PNG in the program that made it.`,
      true,
    );
  const { texts, faults } = await pngTexts(bytes, KEYWORDS);
  const refusal = refusalOf(texts);
  const parameters = texts.get('parameters');
  if (parameters !== undefined && !jsonObject(parameters)) {
    const imported = importParameters(parameters);
    if (typeof imported !== 'string') return imported;
    if (refusal === null) return no(`cannot be taken: ${imported}.`);
  }
  if (refusal !== null) return no(refusal);
  const silent = 'carries no settings of a program that is known here.';
  return no(
    `${[silent, ...faults].join(' ')} Pictures lose them when another program writes them anew.`,
    faults.length === 0,
  );
}
