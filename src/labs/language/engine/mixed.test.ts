// What the inspector shows of distributions that were mixed.
import { expect, test } from 'vitest';
import { newContender, newLink } from '../config/contenderText.ts';
import { defaultLanguage } from '../config/defaults.ts';
import { Inspector } from './inspect.ts';
import { runLanguage } from './run.ts';
import { RunMemory } from './runMemory.ts';
import { labOn, listener } from './testing.ts';

const never = new AbortController().signal;
const lab = labOn(() => Promise.resolve(null));

test('inspection shows what a mixed distribution was made of, and draws the same token from it', async () => {
  const contenders = [
    newContender('cfg', [newLink('mirostat_v2')], { guidance_scale: 2.5, negative_prompt: 'The treaty with Spain' }),
    newContender('contrastive_decoding', [newLink('temperature', { temperature: 0.5 })]),
    newContender('dola', [], { dola_layers: '0,1' }),
  ];
  const draft = { from: 'bundled', id: 'sotu' } as const;
  const mixed = {
    ...defaultLanguage({ from: 'bundled', id: 'sotu_draft' }),
    samples: 1,
    maxTokens: 8,
    draft,
    contenders,
  };
  const heard = listener();
  await runLanguage(lab, new RunMemory(), mixed, null, heard.emit, never);
  const inspector = new Inspector();
  for (const [i, titles] of [
    ['The model', 'After the negative prompt', 'Guided, γ = 2.5', 'Mirostat 2 5 / 0.1'],
    ['The model', 'The amateur', 'Contrasted', 'Temperature 0.5'],
    ['The model', /^Layer 0/, /^Layer 1/, /^Contrasted with layer [01]$/],
  ].entries()) {
    const text = heard.texts[i]![0]![0]!;
    for (const at of [0, 6]) {
      const seen = await inspector.inspect(lab, mixed, i, 0, text.slice(0, at), text[at]!, never);
      expect(seen.note).toBeNull();
      expect(seen.stages.map((s) => s.title)).toEqual(
        titles.map((t) => (typeof t === 'string' ? t : (expect.stringMatching(t) as string))),
      );
      expect(seen.stages.flatMap((s) => s.words ?? []).length).toBe(1);
      // What was drawn is no draw of the model alone.
      expect(seen.stages.at(-1)!.top[0]!.probability).not.toBeCloseTo(seen.stages[0]!.top[0]!.probability, 4);
    }
  }
  const [guided, contrasted] = contenders.map((_, i) => heard.of('cost').findLast((c) => c.contender === i)!.cost);
  expect([guided!.passes, guided!.rows, guided!.draftPasses]).toEqual([7, 14, 0]);
  expect([contrasted!.passes, contrasted!.rows, contrasted!.draftPasses]).toEqual([7, 7, 8]);
  inspector.close();
});
