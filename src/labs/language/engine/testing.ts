/** For tests only: a lab on the models of this repository, and an ear for what it tells. */
import type { GpuContext } from '../../../gpu/device.ts';
import type { LanguageEvent, LoadProgress } from '../../../engine/decoding/events.ts';
import { bundledFiles } from '../../../hub/testing.ts';
import { LanguageLab } from './lab.ts';

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
    emit(e: LanguageEvent | LoadProgress) {
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
