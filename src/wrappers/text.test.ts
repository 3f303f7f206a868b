import { describe, expect, it } from 'vitest';
import type { Refusal } from '../core/refusal.ts';
import './index.ts';
import { contenderNames, contenderTitle } from '../samplers/contenders/naming.ts';
import { formatFitted, parseFitted } from './fittedText.ts';
import { formatContender, parseContender } from '../samplers/contenders/text.ts';

const read = (text: string) => {
  const refusals: Refusal[] = [];
  return { contender: parseContender(text, 'contender 1', refusals)!, because: refusals.map((r) => r.because) };
};
const fit = `3.16.d6b72db5.${formatFitted({ evaluations: 3, samples: 16, model: 'd6b72db5', columns: [[0, 0.5, Math.fround(0.1)]] }).split('.')[3]}`;

describe('a contender’s wrappers as text', () => {
  it.each([
    'dpmpp_2m:karras:12:~reuse',
    'dpmpp_2m:karras:12:~reuse(every=3,what=noise)',
    'euler:explicit(20_4_1_0):~taylor(order=2)',
    'euler:karras:12:cfg(w=3):~exit(depths=2.3.4.4,head=own):~reuse(every=4)',
    `euler:karras:3:~tea(threshold=0.2)~${fit}`,
  ])('%s comes back as it was', (text) => {
    const { contender, because } = read(text);
    expect(because).toEqual([]);
    expect(formatContender(contender)).toBe(text);
  });
  it('old texts have none, and mean what they meant', () => {
    for (const text of ['dpmpp_2m:karras:12', 'euler:karras:8:cfg(w=3)', 'heun:explicit(20_4_1_0)'])
      expect(read(text).contender).not.toHaveProperty('wraps');
  });
  it('order is kept: the first acts first', () => {
    const { contender } = read('euler:karras:12:~reuse:~exit');
    expect(contender.wraps!.map(({ id }) => id)).toEqual(['reuse', 'exit']);
  });
  it.each([
    ['~nothing', 'there is no such wrapper'],
    ['~reuse(every=0)', 'it must be a whole number from 1 to 20'],
    ['~reuse(k=2)', "there is no parameter 'k'"],
    ['~exit(depths=0)', 'it is not one of the choices'],
    [`~reuse~${fit}`, 'it is not fitted to anything'],
    [`~tea~${fit}AA`, 'a fit of 3 evaluations holds 1 numbers of each'],
    ['~tea~0.16.d6b72db5.AAAA', 'its fit cannot be read'],
    ['~tea~1.16.d6b72db5.AADAfw', 'its fit holds something that is no number'],
    ['~tea~1.16.D6.AAAAAA', 'its fit cannot be read'],
    ['~', 'there is no such wrapper'],
  ])('%s is refused in words, and the rest is read', (text, because) => {
    const { contender, because: said } = read(`euler:karras:12:${text}`);
    expect(said).toEqual([because]);
    expect([contender.sampler, contender.steps]).toEqual(['euler', 12]);
  });
  it('names say what differs', () => {
    const list = ['euler:karras:12', 'euler:karras:12:~reuse', 'euler:karras:12:~reuse(every=3):~exit'].map(
      (text) => read(text).contender,
    );
    expect(contenderNames(list).titles).toEqual([
      'Euler (= DDIM)',
      'reuse every 2',
      'reuse every 3 · exit after 2, 3, 4',
    ]);
    expect(contenderTitle(list[1]!)).toBe('Euler (= DDIM) · Karras · reuse every 2 · 12 steps');
  });
  it('numbers travel in single precision', () => {
    const back = parseFitted(fit, 1);
    expect(back).toEqual({ evaluations: 3, samples: 16, model: 'd6b72db5', columns: [[0, 0.5, Math.fround(0.1)]] });
  });
});
