// What the made-up worker tells of a run and of a token: plausible, and the same for the same experiment.
import { philox4x32 } from '../../../math/philox.ts';
import type { Branch, LanguageExperiment } from '../config/experiment.ts';
import type { Candidate, Inspection, LanguageEvent, LanguageRequests, ShownToken, TokenRecord } from './types.ts';

const WORDS =
  ' the| of| and| to| in| our|,|.| that| a| we| is| this| people| Nation| for| Congress| will| have| it| be| has| peace| great| by| years| world| with| States| must| been| more| their| new|\n\n| government| country| law| public'.split(
    '|',
  );
const text = (id: number) => WORDS[id % WORDS.length]!;
const words = new Uint32Array(4);
const uniform = (...key: number[]) =>
  philox4x32(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0, 11, 13, words)[0]! / 2 ** 32;

export function shownToken(id: number, shown = text(id), record: Partial<TokenRecord> = {}): ShownToken {
  return {
    id,
    text: shown,
    record: {
      logProbability: -1.5,
      drawnLogProbability: -1.2,
      entropy: 2.1,
      rank: 1,
      keptMass: 0.9,
      u: 0.5,
      by: 'model',
      ...record,
    },
  };
}
function originOf(u: number): TokenRecord['by'] {
  if (u > 0.8) return 'corrected';
  return u > 0.7 ? 'bonus' : 'drafted';
}

function tokenAt(
  e: LanguageExperiment,
  contender: number,
  sample: number,
  place: number,
  branch: number,
  origin: boolean,
): ShownToken {
  const differs = place > 8 + 3 * contender ? contender + 10 * (branch + 1) : 0;
  const u = uniform(e.seed, sample, place, differs);
  const id = Math.floor(uniform(e.prompt.length, sample, place, differs + e.seed) * WORDS.length);
  const p = 0.02 + 0.9 * u ** 2;
  return shownToken(id, text(id), {
    logProbability: Math.log(p),
    drawnLogProbability: Math.log(Math.min(1, p * 1.2)),
    entropy: 0.3 + 4 * (1 - u),
    rank: Math.floor((1 - u) * 9),
    keptMass: 0.8,
    u,
    by: origin ? originOf(u) : 'model',
  });
}

/** The events of a run, in the order in which a worker would tell them. */
export function* fakeEvents(e: LanguageExperiment, known: (id: string) => boolean): Generator<LanguageEvent> {
  yield { kind: 'status', text: 'Reading the prompt', fraction: 0 };
  yield { kind: 'prompt', tokens: e.prompt.split(/(?= )/).map((t, id) => ({ id, text: t })) };
  const texts: { contender: number; sample: number; branch: number; from: number; origin: boolean }[] =
    e.contenders.flatMap((c, contender) =>
      Array.from({ length: e.samples }, (_, sample) => ({
        contender,
        sample,
        branch: -1,
        from: 0,
        origin: known(c.algorithm),
      })),
    );
  for (const [i, b] of e.branches.entries()) texts.push({ ...b, branch: i, from: b.at, origin: false });
  for (let place = 0; place < e.maxTokens; place += 4) {
    for (const t of texts) {
      const from = Math.max(place, t.from);
      const to = Math.min(place + 4, e.maxTokens);
      if (from >= to) continue;
      const picked: Branch | undefined = e.branches[t.branch];
      yield {
        kind: 'tokens',
        ...t,
        from,
        tokens: Array.from({ length: to - from }, (_, i) =>
          picked && from + i === picked.at
            ? shownToken(picked.token, text(picked.token), { by: 'reader', u: null, drawnLogProbability: null })
            : tokenAt(e, t.contender, t.sample, from + i, t.branch, t.origin),
        ),
      };
    }
    yield { kind: 'status', text: 'Writing', fraction: place / e.maxTokens };
  }
  for (const t of texts)
    yield {
      kind: 'end',
      contender: t.contender,
      sample: t.sample,
      branch: t.branch,
      why: 'length',
      cut: null,
      solved: e.model.from === 'bundled' && e.model.id === 'countdown' ? uniform(t.contender, t.sample, 1) > 0.5 : null,
    };
  for (const [contender, c] of e.contenders.entries()) {
    const speculative = known(c.algorithm);
    yield {
      kind: 'cost',
      contender,
      cost: {
        promptTokens: 6,
        fromPrompt: 1,
        rows: 30,
        prefillMs: 21 + contender,
        firstTokenMs: 34 + 3 * contender,
        decodeMs: 900 + 140 * contender,
        tokens: e.maxTokens * e.samples,
        passes: speculative ? e.maxTokens / 2 : e.maxTokens,
        draftPasses: speculative ? e.maxTokens : 0,
        proposed: speculative ? 80 : 0,
        accepted: speculative ? 57 : 0,
        dispatchesPerToken: 51,
      },
    };
    yield {
      kind: 'metrics',
      contender,
      values: { log_loss: 3.1 - 0.2 * contender, distinct_2: 0.7 + 0.05 * contender, repetition: 0.08 },
    };
  }
}

export function inspection({ place, token, typed }: LanguageRequests['inspect']['in']): Inspection {
  const ps = Array.from({ length: 12 }, (_, i) => 0.42 * 0.62 ** i);
  const top = (scale: number, keep: number): Candidate[] =>
    ps.slice(0, keep).map((p, i) => ({
      token: i === 1 ? token : token + i + 1,
      text: text(i === 1 ? token : token + i + 1),
      logit: 9 - i * 0.6,
      probability: Math.min(1, p * scale),
    }));
  const stages = [
    { title: 'Model', top: top(1, 12), entropy: 2.9, kept: 4096, keptMass: 1 },
    { title: 'Temperature 0.8', top: top(1.2, 12), entropy: 2.3, kept: 4096, keptMass: 1 },
    { title: 'Top-p 0.9', top: top(1.5, 5), entropy: 1.3, kept: 5, keptMass: 0.91 },
  ];
  let from = 0;
  const intervals = top(1.5, 5).map((c) => ({
    token: c.token,
    text: c.text,
    from,
    to: (from = Math.min(1, from + c.probability)),
  }));
  return {
    stages,
    draw: { u: 0.71 + 0.001 * place.at, intervals },
    chosen: { ...top(1, 2)[1]!, rank: 1, surprisalBits: 1.94 },
    note: null,
    typed: typed === '' ? [] : [{ token: 77, text: typed, of: 1, rank: 1233, probability: 0.00021, drawn: 0 }],
  };
}
