// Quality against cost: temperature for texts that are judged by themselves, number of samples for answers that can be
// checked.
import { algorithmOf, newLink } from '../config/contenderText.ts';
import type { LanguageContender, LanguageExperiment } from '../config/experiment.ts';
import { solves } from '../../../metrics/text/countdown.ts';
import { passCurve } from '../../../metrics/text/passAtK.ts';
import { languageCard } from '../../../models/language.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { DecodingRun } from '../../../engine/decoding/decodingRun.ts';
import type { SweepPoint } from './events.ts';
import type { LanguageLab } from './lab.ts';
import { judged, writtenText } from './row.ts';
import { draftSource, prepare, readyFor, refusals, type Prepared, type Emit } from './prepare.ts';
import type { WrittenText } from '../../../engine/decoding/texts.ts';

export const TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.5] as const;
/** Samples of a temperature's point, and of a problem. */
const TEXTS = 8;
const TRIES = 16;

export async function sweepLanguage(
  lab: LanguageLab,
  e: LanguageExperiment,
  onPoint: (point: SweepPoint, fraction: number) => void,
  emit: Emit,
  signal: AbortSignal,
): Promise<{ readonly points: number }> {
  await readyFor(e.contenders);
  const problems = e.model.from === 'bundled' ? languageCard(e.model.id)?.problems : undefined;
  let points = 0;
  const put: Put = (point, fraction) => {
    points++;
    onPoint(point, fraction);
  };
  if (problems) await sweepProblems(lab, e, problems, put, emit, signal);
  else await sweepTemperatures(lab, e, put, emit, signal);
  return { points };
}

/** Takes a point, and the share of the work that is done with it. */
type Put = (point: SweepPoint, fraction: number) => void;
const runs = (e: LanguageExperiment, c: LanguageContender) => refusals(c, e, draftSource(e) !== null).length === 0;

/** Writes with one contender to the end, silently. */
async function write(
  prepared: Prepared,
  c: LanguageContender,
  samples: number,
  signal: AbortSignal,
): Promise<{ texts: WrittenText[]; tokens: number; ms: number }> {
  const texts: WrittenText[] = Array.from({ length: samples }, () => ({
    tokens: [],
    records: [],
    why: null,
    score: null,
  }));
  const decoding = new DecodingRun(
    algorithmOf(c.algorithm).run({ ...prepared.request(c), samples }, c.params),
    prepared.models,
    {
      emit(sample, token, record) {
        texts[sample]!.tokens.push(token);
        texts[sample]!.records.push(record);
      },
      replace(sample, tokens, records) {
        texts[sample]!.tokens.splice(0, Infinity, ...tokens);
        texts[sample]!.records.splice(0, Infinity, ...records);
      },
      end(sample, why, detail) {
        Object.assign(texts[sample]!, { why, detail });
      },
    },
  );
  try {
    while (!decoding.done) await decoding.turn(signal);
  } finally {
    decoding.close();
  }
  return { texts, tokens: texts.reduce((n, t) => n + t.tokens.length, 0), ms: decoding.cost.totalMs };
}

/**
 * The contender at another temperature: its temperature stage set, or one put before the others. Null when it draws
 * nothing.
 */
export function atTemperature(c: LanguageContender, temperature: number): LanguageContender | null {
  if (!algorithmOf(c.algorithm).usesChain) return null;
  const at = c.chain.findIndex((l) => l.stage === 'temperature');
  if (at < 0 && c.chain.some((l) => l.stage === 'dynamic_temperature')) return null;
  const link = newLink('temperature', { temperature });
  return { ...c, chain: at < 0 ? [link, ...c.chain] : c.chain.with(at, link) };
}

async function sweepTemperatures(
  lab: LanguageLab,
  e: LanguageExperiment,
  put: Put,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const samples = Math.max(2, Math.min(TEXTS, e.samples > 1 ? e.samples : TEXTS));
  const sized = { ...e, samples };
  const prepared = await prepare(
    lab,
    sized,
    e.contenders.filter((c) => runs(e, c)),
    emit,
    signal,
  );
  const drawing = e.contenders.filter((c) => runs(e, c) && atTemperature(c, 1));
  const still = e.contenders.filter((c) => runs(e, c) && !atTemperature(c, 1));
  // Of texts: what draws nothing writes one.
  const all = drawing.length * TEMPERATURES.length * samples + still.length;
  let done = 0;
  try {
    for (const value of TEMPERATURES)
      for (const [contender, c] of e.contenders.entries()) {
        throwIfCancelled(signal);
        const at = runs(e, c) ? atTemperature(c, value) : null;
        if (!at) continue;
        // What cannot write so many (best of few) writes what was asked for.
        const { texts, tokens, ms } = await write(prepared, at, runs(sized, at) ? samples : e.samples, signal);
        done += samples;
        const point = { contender, axis: 'temperature', value, cost: { tokens, ms } } as const;
        put({ ...point, metrics: judged(prepared, e, texts) }, done / all);
      }
    // What draws nothing has one point: it stands at temperature 0.
    for (const [contender, c] of e.contenders.entries()) {
      if (!runs(e, c) || atTemperature(c, 1)) continue;
      const { texts, tokens, ms } = await write(prepared, c, 1, signal);
      done += 1;
      const point = { contender, axis: 'temperature', value: 0, cost: { tokens, ms } } as const;
      put({ ...point, metrics: judged(prepared, e, texts) }, done / all);
    }
  } finally {
    prepared.close();
  }
}

async function sweepProblems(
  lab: LanguageLab,
  e: LanguageExperiment,
  problems: readonly string[],
  put: Put,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const right = e.contenders.map((): number[] => []);
  const cost = e.contenders.map(() => ({ tokens: 0, ms: 0 }));
  for (const [n, prompt] of problems.entries()) {
    const asked = { ...e, prompt, samples: TRIES };
    const prepared = await prepare(
      lab,
      asked,
      e.contenders.filter((c) => runs(e, c)),
      emit,
      signal,
    );
    try {
      for (const [contender, c] of e.contenders.entries()) {
        throwIfCancelled(signal);
        if (!runs(asked, c)) continue;
        const samples = algorithmOf(c.algorithm).usesChain ? TRIES : 1;
        const { texts, tokens, ms } = await write(prepared, c, samples, signal);
        right[contender]!.push(texts.filter((t) => solves(prompt + writtenText(prepared, e, t))).length);
        cost[contender]!.tokens += tokens;
        cost[contender]!.ms += ms;
        const done = n + 1;
        const curve = passCurve(samples, right[contender]!);
        const share = (n * e.contenders.length + contender + 1) / (problems.length * e.contenders.length);
        for (const k of samples === 1 ? [1] : [1, 2, 4, 8, 16]) {
          const point = {
            contender,
            axis: 'samples',
            value: k,
            metrics: { solved: curve[k - 1]!, problems: done },
          } as const;
          const { tokens: written, ms: took } = cost[contender]!;
          put({ ...point, cost: { tokens: (written * k) / samples / done, ms: (took * k) / samples / done } }, share);
        }
      }
    } finally {
      prepared.close();
    }
  }
}
