import { describe, expect, test } from 'vitest';
import { newContender, newLink } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import type { LanguageContender, LanguageExperiment } from '../config/experiment.ts';
import type { GpuContext } from '../../../gpu/device.ts';
import { freshContext, nodeContext } from '../../../gpu/testing.ts';
import { tokenUniform } from '../../../math/tokenUniform.ts';
import type { PassOptions, PassRow, LookingSession } from '../../../networks/transformerTypes.ts';
import { LanguageLab } from './lab.ts';
import { nothingGiven } from '../../../hub/types.ts';
import { runLanguage } from './run.ts';
import { RunMemory } from './runMemory.ts';
import { labOn, listener } from './testing.ts';
import { bundledFiles } from '../../../hub/testing.ts';

const never = new AbortController().signal;
const sotu: LanguageExperiment = { ...defaultLanguage({ from: 'bundled', id: 'sotu' }), format: 'f32', samples: 1 };
const run = async (
  lab: LanguageLab,
  e: LanguageExperiment,
  on: (heard: ReturnType<typeof listener>) => void = () => {},
  signal = never,
) => {
  const heard = listener();
  await runLanguage(
    lab,
    new RunMemory(),
    e,
    null,
    (event) => {
      heard.emit(event);
      on(heard);
    },
    signal,
  );
  return heard;
};
const told = (heard: ReturnType<typeof listener>) => heard.of('tokens').length;

/** A lab whose sessions are asked to draw, or never are; it counts the tokens that the GPU drew. */
class DrawingLab extends LanguageLab {
  draws = true;
  drawn = 0;
  override async session(...args: Parameters<LanguageLab['session']>): Promise<LookingSession> {
    const session = await super.session(...args);
    const forward = session.forward.bind(session);
    session.forward = async (rows: readonly PassRow[], { draw, ...rest }: PassOptions) => {
      const answer = await forward(rows, { ...rest, ...(this.draws && draw && { draw }) });
      this.drawn += answer.drawn?.length ?? 0;
      return answer;
    };
    return session;
  }
}

test('mixed distributions on the GPU write what they write in float64', async () => {
  const e: LanguageExperiment = {
    ...sotu,
    maxTokens: 6,
    contenders: [
      newContender('cfg', [], { guidance_scale: 2, negative_prompt: 'The treaty with Spain' }),
      newContender('contrastive_decoding'),
      newContender('dola', [], { dola_layers: '0,2' }),
    ],
  };
  const [there, here] = [
    await run(
      labOn(() => nodeContext()),
      e,
    ),
    await run(
      labOn(() => Promise.resolve(null)),
      e,
    ),
  ];
  expect(there.texts).toEqual(here.texts);
  expect(there.texts.map((c) => c[0]![0]!.length)).toEqual([6, 6, 6]);
});

describe('the draw', () => {
  test('the GPU picks the token that the chain picks on the processor, at 512 places', async () => {
    const lab = new DrawingLab(
      (source) => Promise.resolve(bundledFiles(source)),
      () => nodeContext(),
    );
    const contenders = [
      newContender('sampling', [newLink('top_k', { k: 40 })]),
      newContender('sampling', [
        newLink('temperature', { temperature: 0.7 }),
        newLink('top_k', { k: 128 }),
        newLink('top_p', { p: 0.9 }),
      ]),
      newContender('sampling', [
        newLink('temperature', { temperature: 1.5 }),
        newLink('top_k', { k: 100 }),
        newLink('min_p', { p: 0.02 }),
      ]),
      newContender('sampling', [
        newLink('temperature', { temperature: 1.2 }),
        newLink('top_k', { k: 64 }),
        newLink('top_p', { p: 0.95 }),
        newLink('min_p', { p: 0.01 }),
      ]),
    ];
    for (const seed of [1, 20250101]) {
      const e: LanguageExperiment = {
        ...sotu,
        model: { from: 'bundled', id: 'sotu_draft' },
        contenders,
        seed,
        samples: 2,
        maxTokens: 33,
      };
      lab.draws = true;
      const gpu = await run(lab, e);
      lab.draws = false;
      const counted = lab.drawn;
      const cpu = await run(lab, e);
      expect(lab.drawn).toBe(counted);
      expect(gpu.texts).toEqual(cpu.texts);
      expect(new Set(gpu.texts.flatMap((c) => c[0]!.map((t) => t.join()))).size).toBe(8);
      // What a record says of a token is the same too, to float32.
      const records = (heard: typeof gpu) => heard.of('tokens').flatMap((t) => t.tokens.map(({ record }) => record));
      const key = (r: ReturnType<typeof records>[number]) => [
        r.logProbability,
        r.drawnLogProbability!,
        r.entropy,
        r.keptMass,
      ];
      const [a, b] = [gpu, cpu].map((heard) =>
        records(heard).sort((x, y) => x.u! - y.u! || x.logProbability - y.logProbability),
      );
      a!.forEach((r, i) => key(r).forEach((v, j) => expect(v).toBeCloseTo(key(b![i]!)[j]!, 3)));
      expect(a!.map((r) => r.rank)).toEqual(b!.map((r) => r.rank));
    }
    // The prompt of two samples is one row: its tokens are drawn on the processor.
    expect(lab.drawn).toBe(2 * 4 * 2 * 32);
    await lab.unload();
  });
});

describe('a lost device', () => {
  test.each<[string, LanguageContender]>([
    ['sampling', newContender('sampling', [newLink('temperature', { temperature: 0.8 }), newLink('top_k', { k: 40 })])],
    ['speculation', newContender('speculative', [newLink('temperature', { temperature: 0.8 })])],
  ])(
    '%s goes on upon the next device, with the weights loaded again, and writes the same text',
    async (_, contender) => {
      const made: GpuContext[] = [];
      const lab = labOn(async () => {
        const ctx = await freshContext();
        made.push(ctx);
        return ctx;
      });
      // Text is told a few times a second: enough of it that the device is lost in the middle, on quick machines too.
      const most = 120;
      const e = { ...sotu, maxTokens: most, contenders: [contender] };
      const undisturbed = await run(lab, e);
      const weights = lab.model('target')!.weights;
      const mine = lab.memory();
      expect(undisturbed.texts[0]![0]![0]).toHaveLength(most);
      let pulled = false;
      const disturbed = await run(lab, e, (heard) => {
        if (pulled || told(heard) < 3) return;
        pulled = true;
        expect(heard.texts[0]![0]![0]!.length).toBeLessThan(most);
        made[0]!.destroy();
      });
      expect([pulled, made.length, made[0]!.status, made[1]!.status]).toEqual([true, 2, 'lost', 'ready']);
      expect(disturbed.texts).toEqual(undisturbed.texts);
      expect(lab.model('target')!.weights).not.toBe(weights);
      expect(lab.ctx).toBe(made[1]);
      // On the new device there is what was on the old one, and no more.
      expect(lab.memory()).toEqual(mine);
      await lab.reset();
      expect(made[1]!.buffers.count).toBe(0);
    },
  );
});

describe('a lost device whose models cannot be brought back', () => {
  test('a failed reload is an error once; the next request loads the model again', async () => {
    let offline = false;
    const draft = { from: 'bundled', id: 'sotu_draft' } as const;
    const made: GpuContext[] = [];
    const lab = new LanguageLab(
      (source) => (offline ? Promise.reject(new Error('offline')) : Promise.resolve(bundledFiles(source))),
      async () => {
        made.push(await freshContext());
        return made.at(-1)!;
      },
    );
    const use = () => lab.use('target', draft, 'f32', nothingGiven, () => {}, never);
    const first = await use();
    offline = true;
    made[0]!.destroy();
    await expect(lab.device()).rejects.toThrow('offline');
    offline = false;
    const again = await use();
    expect([again.on, again === first]).toEqual([made[1], false]);
    const session = await lab.session('target', 1, 8);
    expect(
      (
        await session.forward([{ sequence: await session.open(), tokens: [1, 2] }], { want: 'last' })
      ).logits[0]![0]!.every(Number.isFinite),
    ).toBe(true);
    session.destroy();
    await lab.reset();
    expect(made[1]!.buffers.count).toBe(0);
  });

  test('the processor asked for while the next device is still being opened is what comes', async () => {
    let open = (): Promise<GpuContext | null> => freshContext();
    let late: (ctx: GpuContext) => void = () => {};
    const lab = labOn(() => open());
    const first = (await lab.device())!;
    open = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    first.destroy();
    const reopening = lab.device().catch(() => null);
    const reset = lab.reset();
    const second = await freshContext();
    open = () => Promise.resolve(null);
    late(second);
    await Promise.all([reopening, reset]);
    expect([await lab.device(), lab.ctx, second.status]).toEqual([null, null, 'lost']);
  });
});

describe('what runs leave behind', () => {
  test('nothing: five algorithms, finished or stopped at any token', async () => {
    const ctx = await freshContext();
    const lab = labOn(() => Promise.resolve(ctx));
    await lab.use('target', sotu.model, 'f32', nothingGiven, () => {}, never);
    await lab.use('draft', { from: 'bundled', id: 'sotu_draft' }, 'auto', nothingGiven, () => {}, never);
    const before = [ctx.buffers.count, ctx.buffers.liveBytes];
    const warm = [newLink('temperature', { temperature: 0.9 })];
    const contenders = [
      newContender('sampling', warm),
      newContender('beam'),
      newContender('speculative', warm),
      newContender('contrastive'),
      newContender('best_of_n', warm),
    ];
    const ended: string[] = [];
    for (const [i, contender] of contenders.entries()) {
      // One finishes by itself; the others are stopped at a token of their own.
      const stop = new AbortController();
      const at = i === 0 ? Infinity : 1 + Math.floor(6 * tokenUniform(7, i, 0, 'draw'));
      let most = 0;
      ended.push(
        await run(
          lab,
          { ...sotu, maxTokens: 12, contenders: [contender] },
          (heard) => {
            most = Math.max(most, ctx.buffers.count);
            if (heard.events.filter((e) => e.kind === 'tokens' || e.kind === 'replace').length >= at) stop.abort();
          },
          stop.signal,
        ).then(
          () => 'finished',
          (error: unknown) => (error as Error).name,
        ),
      );
      // There was something to leave behind.
      expect(most).toBeGreaterThan(before[0]! + 10);
      expect([ctx.buffers.count, ctx.buffers.liveBytes]).toEqual(before);
    }
    expect(ended[0]).toBe('finished');
    expect(ended.filter((e) => e === 'Cancelled').length).toBeGreaterThanOrEqual(2);
    await lab.unload();
    expect(ctx.buffers.count).toBe(0);
    ctx.destroy();
  });
});
