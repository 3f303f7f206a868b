/** For tests only: models from this repository's own files, and a lab on them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ModelSource } from '../config/experiment.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { languageCard } from '../../../models/language.ts';
import type { LanguageEvent, LoadProgress } from './events.ts';
import { ModelError, type ModelFiles } from '../../../hub/files.ts';
import { LanguageLab } from './lab.ts';

const root = new URL('../../../../', import.meta.url);

/** A folder of this repository as a model. */
export function folderFiles(path: string, source: ModelSource = { from: 'file', name: path }): ModelFiles {
  const url = new URL(`${path}/`, root);
  if (!existsSync(url)) throw new ModelError(`no folder ${path}`, '');
  const files = new Map(
    readdirSync(url)
      .filter((n) => /\.(json|safetensors|gguf|jinja)$/.test(n))
      .map((name) => [name, readFileSync(new URL(name, url))]),
  );
  return {
    source,
    title: path,
    got: { network: 0, store: 0 },
    list: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    read: (name, begin, end) => Promise.resolve(new Uint8Array(files.get(name)!.subarray(begin, end))),
    close: () => Promise.resolve(),
  };
}

export const bundledFiles = (source: ModelSource): ModelFiles =>
  folderFiles(
    source.from === 'bundled'
      ? `public/models/${languageCard(source.id)!.folder}`
      : source.from === 'file'
        ? source.name
        : source.repo,
    source,
  );
export const labOn = (open: () => Promise<GpuContext | null>) =>
  new LanguageLab((source) => Promise.resolve(bundledFiles(source)), open);

/**
 * Events of a run, and the texts that they add up to: texts[contender][branch + 1][sample]; a branch's from its picked
 * token on.
 */
export function listener() {
  const events: (LanguageEvent | LoadProgress)[] = [];
  const texts: number[][][][] = [];
  const starts = new Map<string, number>();
  const at = (contender: number, branch: number, sample: number) =>
    (((texts[contender] ??= [])[branch + 1] ??= [])[sample] ??= []);
  return {
    events,
    texts,
    tell(e: LanguageEvent | LoadProgress) {
      events.push(e);
      if (e.kind === 'tokens') {
        const text = at(e.contender, e.branch, e.sample);
        const key = `${e.contender} ${e.branch} ${e.sample}`;
        const start = starts.get(key) ?? (e.branch < 0 ? 0 : e.from);
        starts.set(key, start);
        if (e.from - start > text.length)
          throw new Error(`tokens from ${e.from} of a text of ${text.length} from ${start}`);
        text.splice(e.from - start, Infinity, ...e.tokens.map((t) => t.id));
      } else if (e.kind === 'replace')
        at(e.contender, e.branch, e.sample).splice(0, Infinity, ...e.tokens.map((t) => t.id));
    },
    of: <K extends LanguageEvent['kind']>(kind: K) =>
      events.filter((e): e is LanguageEvent & { kind: K } => e.kind === kind),
  };
}
