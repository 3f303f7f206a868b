// Chat templates at their limits: just allowed and one beyond, and what a template finds.
import { describe, expect, test } from 'vitest';
import { chatLimits, renderChat } from './chatTemplate.ts';

describe('chat templates', () => {
  const hi = [{ role: 'user', content: 'Hi' }];
  const render = (template: string, messages = hi) =>
    renderChat(template, messages, { addGenerationPrompt: true, bosToken: '<s>', eosToken: '</s>' });
  test('limits are these', () =>
    expect(chatLimits).toEqual({
      template: 65536,
      conversation: 1048576,
      messages: 10000,
      text: 4194304,
      steps: 400000,
      depth: 200,
    }));
  test('what a template finds', () => {
    expect(
      render(
        '{{ bos_token }}{{ messages[0].role }}:{{ messages[0]["content"] }}{{ eos_token }}{{ add_generation_prompt }}',
      ),
    ).toBe('<s>user:Hi</s>True');
    expect(
      render('{{ True }}{{ true }}{{ False }}{{ false }}{{ None is none }}{{ none is none }}{{ documents is none }}'),
    ).toBe('TrueTrueFalseFalseTrueTrueTrue');
    expect(render('a\n  {% if true %}\n  b\n  {% endif %}\nc')).toBe('a\n  b\nc');
  });
  test('lengths that are just allowed', () => {
    expect(render('x'.repeat(65536))).toHaveLength(65536);
    expect(() => render('x'.repeat(65537))).toThrow('has 65537 characters; at most 65536');
    const long = (n: number) => [{ role: 'user', content: 'x'.repeat(n - 4) }];
    expect(render('a', long(1048576))).toBe('a');
    expect(() => render('a', long(1048577))).toThrow('1 messages of 1048577 characters');
    const many = (n: number) => Array.from({ length: n }, () => ({ role: 'u', content: '' }));
    expect(render('{{ messages|length }}', many(10000))).toBe('10000');
    expect(() => render('a', many(10001))).toThrow('10001 messages');
  });
  test('ranges', () => {
    const of = (range: string) => render(`{% for i in range(${range}) %}{{ i }},{% endfor %}`);
    expect([
      of('2'),
      of('1, 3'),
      of('3, none'),
      of('0, 5, 2'),
      of('0, 6, 2'),
      of('5, 0, -2'),
      of('-1'),
      of('2, 2'),
    ]).toEqual(['0,1,', '1,2,', '0,1,2,', '0,2,4,', '0,2,4,', '5,3,1,', '', '']);
    expect(render('{{ range(100000)|length }}')).toBe('100000');
    expect(() => render('{{ range(100001)|length }}')).toThrow('counts to 100001; at most 100000');
    expect(() => render('{{ range(1.5)|length }}')).toThrow(
      'range(1.5, undefined, 1) in the chat template is not a range',
    );
    expect(() => render('{{ range(0, 3, 0)|length }}')).toThrow('is not a range of whole numbers');
  });
  test('texts and lists of 2²² entries, and no more', () => {
    const doubled = (n: number) =>
      `{% set ns = namespace(t="ab") %}{% for i in range(${n}) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t|length }}`;
    expect(render(doubled(21))).toBe('4194304');
    expect(() => render(doubled(22))).toThrow('makes a text or list of 8388608 entries; at most 4194304');
  });
  test('loops pay for every turn, also for those that a condition leaves out', () => {
    const empty = (a: number, b: number) =>
      `{% for a in range(${a}) %}{% for b in range(${b}) if false %}{% endfor %}{% endfor %}x`;
    expect(render(empty(3, 10_000))).toBe('x');
    expect(() => render(empty(5, 99_999))).toThrow('does not finish within 400000 steps');
  });
});
