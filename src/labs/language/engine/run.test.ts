import { describe, expect, test } from 'vitest';
import { newContender, newLink } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import type { LanguageExperiment } from '../config/experiment.ts';
import { Inspector } from './inspect.ts';
import { LanguageLab } from './lab.ts';
import { runLanguage } from './run.ts';
import { RunMemory } from './runMemory.ts';
import type { SweepPoint } from './events.ts';
import { sweepLanguage } from './sweep.ts';
import { labOn, listener } from './testing.ts';
import { bundledFiles } from '../../../hub/testing.ts';

const never = new AbortController().signal;
const lab = labOn(() => Promise.resolve(null));
const sampling = newContender('sampling', [newLink('temperature', { temperature: 0.8 }), newLink('top_p', { p: 0.9 })]);
const small: LanguageExperiment = {
  ...defaultLanguage({ from: 'bundled', id: 'sotu_draft' }),
  maxTokens: 12,
  samples: 2,
  contenders: [sampling, newContender('greedy')],
};
const run = async (e: LanguageExperiment, fingerprint: string | null = null, memory = new RunMemory()) => {
  const heard = listener();
  return { ...(await runLanguage(lab, memory, e, fingerprint, heard.emit, never)), heard };
};

describe('a run on the processor', () => {
  test('writes every text, reproduces itself, and says where another one parts', async () => {
    const first = await run(small);
    expect(first.heard.texts.map((c) => c[0]!.map((t) => t.length))).toEqual([[12, 12], [12]]);
    expect(first.heard.texts[0]![0]![0]).not.toEqual(first.heard.texts[0]![0]![1]);
    expect(first.heard.of('end')).toHaveLength(3);
    expect((await run(small, first.fingerprint)).reproduction).toEqual({ verdict: 'reproduced', tokens: 36 });
    const other = await run({ ...small, seed: 1 }, first.fingerprint);
    expect(other.reproduction).toMatchObject({ verdict: 'diverged', contender: 0, sample: 0 });
    // Sample i has the same random numbers whatever their number.
    const alone = await run({ ...small, samples: 1 });
    expect(alone.heard.texts[0]![0]![0]).toEqual(first.heard.texts[0]![0]![0]);
  });

  test('an edit of one contender leaves the other as it was written', async () => {
    const memory = new RunMemory();
    const first = await run(small, null, memory);
    const again = await run(
      { ...small, contenders: [sampling, newContender('sampling', [newLink('top_k', { k: 3 })])] },
      null,
      memory,
    );
    expect(again.heard.texts[0]).toEqual(first.heard.texts[0]);
    expect(
      again.heard
        .of('cost')
        .filter((e) => e.contender === 0)
        .at(-1)!.cost,
    ).toEqual(
      first.heard
        .of('cost')
        .filter((e) => e.contender === 0)
        .at(-1)!.cost,
    );
    // Asked to measure again: the same texts, timed anew.
    memory.clear();
    const anew = await run(small, null, memory);
    const costOf = (r: typeof first) =>
      r.heard
        .of('cost')
        .filter((e) => e.contender === 0)
        .at(-1)!.cost;
    expect(anew.heard.texts).toEqual(first.heard.texts);
    expect(costOf(anew).decodeMs).not.toBe(costOf(first).decodeMs);
  });

  test('what one model wrote is not remembered of another file of the same name', async () => {
    let folder = 'sotu_draft';
    const reader = new LanguageLab(
      () => Promise.resolve(bundledFiles({ from: 'bundled', id: folder as 'sotu_draft' })),
      () => Promise.resolve(null),
    );
    const memory = new RunMemory();
    const picked = { files: [{ path: 'model.gguf', file: new File([], 'model.gguf') }], token: null };
    const mine: LanguageExperiment = {
      ...small,
      model: { from: 'file', name: 'model.gguf' },
      prompt: '3 5 7',
      maxTokens: 4,
    };
    const write = async () => {
      const heard = listener();
      await runLanguage(reader, memory, mine, null, heard.emit, never);
      return heard.texts;
    };
    await reader.use('target', mine.model, mine.format, picked, () => {}, never);
    const first = await write();
    expect(await write()).toEqual(first);
    folder = 'countdown';
    await reader.use('target', mine.model, mine.format, picked, () => {}, never);
    expect(await write()).not.toEqual(first);
  });

  test('a branch shares its beginning, takes the picked token and goes on with the same random numbers', async () => {
    const first = await run(small);
    const text = first.heard.texts[0]![0]![1]!;
    const same = await run({ ...small, branches: [{ contender: 0, sample: 1, parent: -1, at: 4, token: text[4]! }] });
    expect(same.heard.texts[0]![1]![1]).toEqual(text.slice(4));
    const token = (text[4]! + 1) % 4096;
    const other = await run({
      ...small,
      branches: [
        { contender: 0, sample: 1, parent: -1, at: 4, token },
        { contender: 0, sample: 1, parent: 0, at: 6, token: 9 },
      ],
    });
    const [, one, two] = other.heard.texts[0]!;
    expect([one![1]![0], two![1]![0]]).toEqual([token, 9]);
    expect([one![1]!.length, two![1]!.length]).toEqual([8, 6]);
    expect(
      other.heard
        .of('tokens')
        .filter((e) => e.branch >= 0)
        .map((e) => e.from)
        .sort((a, b) => a - b)[0],
    ).toBe(4);
    // A search shows its text anew: from the picked token on, too.
    const searched = await run({
      ...small,
      samples: 1,
      contenders: [newContender('beam')],
      branches: [{ contender: 0, sample: 0, parent: -1, at: 3, token }],
    });
    expect(searched.heard.texts[0]![1]![0]![0]).toBe(token);
    expect(searched.heard.texts[0]![1]![0]).toHaveLength(9);
  });

  test('a branch of a text that is not there is left out with a word; one that ends with its token says why', async () => {
    // Greedy writes one text whatever the samples, so a link can name a second one.
    const lost = await run({
      ...small,
      maxTokens: 3,
      branches: [{ contender: 1, sample: 1, parent: -1, at: 1, token: 5 }],
    });
    expect(lost.heard.of('notice').map((n) => n.text)).toEqual([expect.stringContaining('Branch 1')]);
    const ends = lab.model('target')!.config.endTokens.concat(lab.model('target')!.tokenizer.endTokens);
    const dot = lab.model('target')!.tokenizer.encode('.').at(-1)!;
    const why = async (token: number, stop: readonly string[]) =>
      (
        await run({ ...small, maxTokens: 3, stop, branches: [{ contender: 0, sample: 0, parent: -1, at: 1, token }] })
      ).heard
        .of('end')
        .find((e) => e.branch === 0)!.why;
    expect([await why(ends[0]!, []), await why(dot, ['.']), await why(dot, [])]).toEqual([
      'end token',
      'stop string',
      'length',
    ]);
  });

  test('what contradicts itself is refused aloud, and the others run', async () => {
    const { heard } = await run({
      ...small,
      contenders: [newContender('greedy', [newLink('top_k')]), newContender('greedy')],
    });
    expect(heard.of('notice')).toEqual([{ kind: 'notice', contender: 0, text: expect.stringContaining('top_k') }]);
    expect(heard.texts[1]![0]![0]).toHaveLength(12);
  });

  test('speculation with the bundled draft tells what was proposed and accepted', async () => {
    const { heard } = await run({
      ...small,
      model: { from: 'bundled', id: 'sotu' },
      samples: 1,
      contenders: [newContender('speculative', [newLink('temperature', { temperature: 1 })])],
    });
    const { cost } = heard.of('cost').at(-1)!;
    expect(cost.proposed).toBeGreaterThan(0);
    expect(cost.accepted).toBeLessThanOrEqual(cost.proposed);
    expect(cost.passes).toBeLessThanOrEqual(12);
    // Every token after the prompt's own came of a pass: an accepted one, or the one that each pass adds.
    expect(cost.tokens).toBe(12);
    expect(cost.rows).toBe(cost.passes);
    const plain = (await run({ ...small, contenders: [sampling] })).heard.of('cost').at(-1)!.cost;
    expect([plain.tokens, plain.fromPrompt, plain.passes, plain.rows]).toEqual([24, 2, 11, 22]);
  });

  test('the context: refused with both numbers, or shifted with a notice', async () => {
    const prompt = 'peace '.repeat(700);
    await expect(run({ ...small, prompt })).rejects.toThrow(/prompt has \d+ tokens.*512/);
    const { heard } = await run({
      ...small,
      prompt,
      overflow: 'shift',
      maxTokens: 3,
      contenders: [newContender('greedy')],
    });
    expect(heard.of('notice')[0]!.text).toContain('only its last 256 are read');
    expect(heard.texts[0]![0]![0]).toHaveLength(3);
  });

  test('Stop is heard between two tokens and frees every sequence', async () => {
    const stop = new AbortController();
    const heard = listener();
    const going = runLanguage(
      lab,
      new RunMemory(),
      { ...small, maxTokens: 200 },
      null,
      (e) => {
        heard.emit(e);
        if (e.kind === 'tokens') stop.abort();
      },
      stop.signal,
    );
    await expect(going).rejects.toMatchObject({ name: 'Cancelled' });
    expect(heard.texts[0]![0]![0]!.length).toBeLessThan(100);
  });

  test('inspection finds the token that was drawn, with the chain that drew it', async () => {
    const { heard } = await run(small);
    const text = heard.texts[0]![0]![1]!;
    const inspector = new Inspector();
    for (const at of [0, 5, 11]) {
      const seen = await inspector.inspect(lab, small, 0, 1, text.slice(0, at), text[at]!, never);
      expect(seen.stages.map((s) => s.title)).toEqual([
        'The model',
        expect.stringContaining('emperature'),
        expect.stringMatching(/top-?p|nucleus/i),
      ]);
      const mine = seen.draw!.intervals.find((i) => i.token === text[at])!;
      expect(seen.draw!.u).toBeGreaterThanOrEqual(mine.from);
      expect(seen.draw!.u).toBeLessThan(mine.to);
      expect(seen.note).toBeNull();
      expect(seen.stages[2]!.keptMass).toBeLessThan(1);
    }
    // A stage with a memory: its state is made again from the whole text.
    const adaptive = { ...small, contenders: [newContender('sampling', [newLink('mirostat_v2')])] };
    const wrote = (await run(adaptive)).heard.texts[0]![0]![0]!;
    expect((await inspector.inspect(lab, adaptive, 0, 0, wrote.slice(0, 9), wrote[9]!, never)).note).toBeNull();
    inspector.close();
  });

  test('inspection of a shifted text reads what the run still held', async () => {
    const e: LanguageExperiment = {
      ...small,
      prompt: 'peace '.repeat(505),
      overflow: 'shift',
      samples: 1,
      maxTokens: 10,
      contenders: [
        newContender('sampling', [newLink('temperature', { temperature: 0.8 }), newLink('repetition_penalty')]),
      ],
    };
    const { heard } = await run(e);
    const { tokenizer } = lab.model('target')!;
    const records = heard.of('tokens').flatMap((t) => t.tokens);
    const text = records.map((t) => t.id);
    const inspector = new Inspector();
    const length = tokenizer.encode(e.prompt).length;
    expect(length).toBeLessThan(512);
    expect(length + 8).toBeGreaterThan(512);
    for (const at of [0, 9]) {
      const seen = await inspector.inspect(lab, e, 0, 0, text.slice(0, at), text[at]!, never);
      expect(seen.chosen.surprisalBits * Math.LN2).toBeCloseTo(-records[at]!.record.logProbability, 5);
      expect(seen.note).toBeNull();
    }
    inspector.close();
  });

  test('a sweep judges every contender at every temperature', async () => {
    const points: (SweepPoint & { fraction: number })[] = [];
    await sweepLanguage(
      lab,
      { ...small, maxTokens: 6 },
      (p, fraction) => points.push({ ...p, fraction }),
      () => {},
      never,
    );
    expect(points.map((p) => [p.contender, p.value])).toEqual([
      ...[0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.5].map((t) => [0, t]),
      [1, 0],
    ]);
    // What draws nothing writes one text, the other two at each temperature.
    expect(points.map((p) => p.fraction)).toEqual([2, 4, 6, 8, 10, 12, 14, 15].map((texts) => texts / 15));
    expect(points[0]!.metrics.log_loss!).toBeLessThan(points[6]!.metrics.log_loss!);
    expect(points[0]!.metrics).toHaveProperty('self_bleu');
    // Few candidates are not enough for the eight texts of a point: then as many as were asked for are kept.
    points.length = 0;
    await sweepLanguage(
      lab,
      { ...small, samples: 1, maxTokens: 3, contenders: [newContender('best_of_n', [], { candidates: 2 })] },
      (p, fraction) => points.push({ ...p, fraction }),
      () => {},
      never,
    );
    expect(points.map((p) => p.cost.tokens)).toEqual([3, 3, 3, 3, 3, 3, 3]);
    expect(points[0]!.metrics).not.toHaveProperty('self_bleu');
  });
});
