import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chatLimits, renderChat, type ChatMessage } from './chatTemplate.ts';
import { FormatError } from './error.ts';

interface Golden {
  bos: string;
  eos: string;
  templates: Record<string, string>;
  conversations: ChatMessage[][];
  cases: [string, number, boolean, string | { error: string }][];
}
const golden = JSON.parse(
  readFileSync(new URL('../../training/golden-tokenizers/chat.json', import.meta.url), 'utf8'),
) as Golden;
const options = { addGenerationPrompt: true, bosToken: golden.bos, eosToken: golden.eos };
const hi = [{ role: 'user', content: 'Hi' }];
const render = (template: string, messages: ChatMessage[] = hi) => renderChat(template, messages, options);

describe('renderChat', () => {
  it.each(Object.keys(golden.templates))('writes %s as transformers does', (name) => {
    const cases = golden.cases.filter(([template]) => template === name);
    expect(cases.length).toBe(2 * golden.conversations.length);
    for (const [, i, addGenerationPrompt, text] of cases) {
      const write = () =>
        renderChat(golden.templates[name]!, golden.conversations[i]!, { ...options, addGenerationPrompt });
      if (typeof text === 'string') expect(write()).toBe(text);
      else expect(write).toThrow(`refuses the conversation: "${text.error.slice(0, 30)}`);
    }
  });
  it('has no clock and no tools', () => {
    expect(render('{{ strftime_now is defined }} {{ tools is none }}')).toBe('False True');
  });
  it('counts as Python does', () => {
    expect(
      render(
        '{% for i in range(3) %}{{ i }}{% endfor %} {% for i in range(5, 1, -2) %}{{ i }}{% endfor %} {% for i in range(4, 4) %}x{% endfor %}',
      ),
    ).toBe('012 53 ');
  });
  it('leaves loops by break without a trace', () => {
    const body = '{% for i in range(9) %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}';
    expect(render(`{% for k in range(${2 * chatLimits.depth}) %}${body}{% endfor %}`)).toBe(
      '0'.repeat(2 * chatLimits.depth),
    );
  });

  const loop = (n: number, inner: string): string =>
    n === 0 ? inner : `{% for x${n} in range(1000) %}${loop(n - 1, inner)}{% endfor %}`;
  const hostile: [string, string, RegExp][] = [
    ['is too long', ' '.repeat(chatLimits.template + 1), /has 65537 characters/],
    ['loops for ever', loop(6, '{{ 1 }}'), /does not finish within/],
    [
      'loops over nothing for ever',
      `{% set r = range(99999) %}${'{% for a in r %}{% for b in r %}{% break %}{% endfor %}{% endfor %}'}`,
      /does not finish within/,
    ],
    [
      'filters for ever',
      '{% for a in range(1000) %}{% for b in range(1000) if b < 0 %}{% endfor %}{% endfor %}',
      /does not finish within/,
    ],
    ['counts without end', '{{ range(10 ** 12) }}', /counts to 1000000000000/],
    ['counts by nothing', '{{ range(1, 2, 0) }}', /not a range/],
    ['counts texts', '{{ range("a") }}', /not a range/],
    [
      'doubles a text',
      `{% set ns = namespace(t="ab") %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}`,
      /makes a text or list of \d+ entries/,
    ],
    [
      'doubles a list',
      `{% set ns = namespace(t=[1, 2]) %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}`,
      /makes a text or list of \d+ entries/,
    ],
    ['calls itself', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', /nests more than|cannot be followed/],
    ['is nested deep', `{{ ${'('.repeat(30000)}1${')'.repeat(30000)} }}`, /nests more than|cannot be followed/],
    ['is not closed', '{% for m in messages %}', /cannot be followed/],
    ['has no meaning', '{{ 1 + }}', /cannot be followed/],
    ['calls what is not there', '{{ nothing() }}', /cannot be followed: 'nothing' is undefined/],
    ['reaches for the engine', '{{ messages.constructor.constructor("return 1")() }}', /cannot be followed/],
    ['complains', '{{ raise_exception("no\nway") }}', /refuses the conversation: "no.nway"/],
  ];
  it.each(hostile)('refuses a template that %s', (_, template, message) => {
    let error: unknown;
    try {
      render(template);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
  });
  it('refuses conversations that are too large', () => {
    expect(() => render('', [{ role: 'user', content: 'x'.repeat(chatLimits.conversation) }])).toThrow(
      /1 messages of 1048580 characters/,
    );
    expect(() =>
      render(
        '',
        Array.from({ length: chatLimits.messages + 1 }, () => hi[0]!),
      ),
    ).toThrow(/10001 messages/);
  });
});
