// A conversation on the processor, in float64: what is written after a reading that was shared is bit for bit what a fresh
// one writes.
import { describe, expect, test } from 'vitest';
import { RunMemory } from './runMemory.ts';
import { runLanguage } from './run.ts';
import { ChatDesk } from './chat.ts';
import { commonPrefix, said, talkative, turn } from './chatTesting.ts';
import { labOn, listener } from './testing.ts';

const lab = labOn(() => Promise.resolve(null));
const fresh = (...args: Parameters<typeof turn> extends [unknown, unknown, ...infer R] ? R : never) =>
  turn(lab, new ChatDesk(), ...args);
const first = said('My fellow Americans,');

describe('a conversation', () => {
  test('reads only what is new, and goes on exactly as if it had read all of it', async () => {
    const desk = new ChatDesk();
    const one = await turn(lab, desk, first);
    expect(one.read).toEqual({ kind: 'read', reused: 0, read: one.prompt.length });
    const more = said('My fellow Americans,', one.text(0), 'Go on.');
    const two = await turn(lab, desk, more);
    const anew = await fresh(more);
    expect(two.prompt).toEqual(anew.prompt);
    expect(two.read.reused).toBeGreaterThanOrEqual(one.prompt.length);
    expect(two.read.reused + two.read.read).toBe(two.prompt.length);
    expect(anew.read.reused).toBe(0);
    expect(two.records).toEqual(anew.records);
    expect(two.records.length).toBe(12);

    // An edited turn, and a variable that writes from the first token on.
    const other = said('My fellow Americans,', 'Well.', 'Go on.');
    const edited = await turn(lab, desk, other);
    expect(edited.read.reused).toBe(
      Math.max(commonPrefix(edited.prompt, two.prompt), commonPrefix(edited.prompt, one.prompt)),
    );
    expect(edited.records).toEqual((await fresh(other)).records);
    const bare = { experiment: { ...talkative, variables: { role_names: false } } };
    const told = await turn(lab, desk, other, bare);
    expect(told.read.reused).toBe(commonPrefix(told.prompt, edited.prompt));
    expect(told.records).toEqual((await fresh(other, bare)).records);
    // The same again: all but the last token was read.
    expect((await turn(lab, desk, other)).read).toMatchObject({ reused: edited.prompt.length - 1, read: 1 });
    desk.close();
    expect(desk.kept).toBe(0);
  });
  test('another attempt draws other numbers; the first draws what the comparison draws', async () => {
    const bare = { ...talkative, variables: { role_names: false }, contenders: talkative.contenders.slice(0, 1) };
    const [a, b] = [await fresh(first, { experiment: bare }), await fresh(first, { experiment: bare, tries: 1 })];
    expect(a.records).not.toEqual(b.records);
    const heard = listener();
    const run = { ...bare, prompt: 'My fellow Americans,\n', samples: 2 };
    await runLanguage(lab, new RunMemory(), run, null, heard.emit, new AbortController().signal);
    expect(heard.of('prompt')[0]!.tokens.map((t) => t.id)).toEqual(a.prompt);
    expect([0, 1].map((s) => heard.texts[0]![0]![s])).toEqual([a, b].map((t) => t.records.map(([, id]) => id)));
  });
  test('says whether a link’s replies came out the same', async () => {
    const { fingerprint } = await fresh(first);
    expect((await fresh(first, { fingerprint })).reproduction).toEqual({ verdict: 'reproduced', tokens: 12 });
    expect((await fresh(first, { fingerprint, tries: 1 })).reproduction).toMatchObject({
      verdict: 'diverged',
      contender: 0,
    });
  });
  test('that does not fit the model is refused, or its oldest turns are not read', async () => {
    const long = said('word '.repeat(1200));
    await expect(fresh(long)).rejects.toThrow(/^The conversation has \d+ tokens; this model was made for \d+/);
    const shifted = await fresh(long, { experiment: { ...talkative, overflow: 'shift', maxTokens: 1 } });
    expect(shifted.notices[0]).toContain('its oldest are not read');
  });
});
