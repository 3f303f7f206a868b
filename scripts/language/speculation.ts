// What speculation is worth: contenders of one run take turns, so that their times see the same machine.
import { newContender, newLink } from '../../src/labs/language/config/contenderText.ts';
import { defaultLanguage } from '../../src/labs/language/config/defaults.ts';
import type { LanguageContender } from '../../src/labs/language/config/experiment.ts';
import type { ContenderCost } from '../../src/engine/decoding/events.ts';
import { runLanguage } from '../../src/labs/language/engine/run.ts';
import { RunMemory } from '../../src/labs/language/engine/runMemory.ts';
import { labOn, listener } from '../../src/labs/language/engine/testing.ts';
import type { GpuContext } from '../../src/gpu/device.ts';
import { median } from './tables.ts';

export interface Speculation {
  readonly what: string;
  readonly tokensAhead: number;
  readonly texts: number;
  readonly tokens: number;
  readonly plainMs: number;
  readonly ms: number;
  /**
   * Medians over texts: accepted of proposed, tokens a target pass, wall time a token of plain sampling over that of
   * speculation.
   */
  readonly acceptance: number;
  readonly tokensPerPass: number;
  readonly speedUp: number;
}

const REPETITIVE =
  'The receipts of the Treasury during the year were larger than the expenditures. '.repeat(6) +
  'The receipts of the Treasury';
const chain = [newLink('temperature', { temperature: 0.8 }), newLink('top_k', { k: 40 })];

export async function measureSpeculation(
  ctx: GpuContext,
  { seeds, tokens }: { readonly seeds: number; readonly tokens: number },
): Promise<Speculation[]> {
  const lab = labOn(() => Promise.resolve(ctx));
  const e = { ...defaultLanguage({ from: 'bundled', id: 'sotu' }), samples: 1, maxTokens: tokens };
  const speculative = (ahead: number) => ({
    what: 'sotu, drafted by sotu-draft',
    tokensAhead: ahead,
    prompt: e.prompt,
    contender: newContender('speculative', chain, { tokens: ahead }),
  });
  const tries = [
    speculative(2),
    speculative(4),
    {
      what: 'sotu, prompt lookup in a repetitive prompt',
      tokensAhead: 8,
      prompt: REPETITIVE,
      contender: newContender('prompt_lookup', chain),
    },
  ];
  const run = async (prompt: string, contender: LanguageContender, seed: number) => {
    const heard = listener();
    const costs: ContenderCost[] = [];
    await runLanguage(
      lab,
      new RunMemory(),
      { ...e, prompt, seed, contenders: [newContender('sampling', chain), contender] },
      null,
      (event) => {
        heard.emit(event);
        if (event.kind === 'cost') costs[event.contender] = event.cost;
      },
      new AbortController().signal,
    );
    return costs as [ContenderCost, ContenderCost];
  };
  const found: Speculation[] = [];
  for (const { what, tokensAhead, prompt, contender } of tries) {
    await run(prompt, contender, 999);
    const texts: (readonly [ContenderCost, ContenderCost])[] = [];
    for (let seed = 0; seed < seeds; seed++) texts.push(await run(prompt, contender, seed));
    const each = (c: ContenderCost) => c.decodeMs / c.tokens;
    const over = (f: (plain: ContenderCost, fast: ContenderCost) => number) =>
      median(texts.map(([plain, fast]) => f(plain, fast)));
    found.push({
      what,
      tokensAhead,
      texts: seeds,
      tokens,
      plainMs: over((p) => each(p)),
      ms: over((_, f) => each(f)),
      acceptance: over((_, f) => f.accepted / Math.max(1, f.proposed)),
      tokensPerPass: over((_, f) => f.tokens / f.passes),
      speedUp: over((p, f) => each(p) / each(f)),
    });
  }
  await lab.unload();
  return found;
}
