// Templates as transformers renders them: single expressions, statements, and the chat templates of every family that the
// app reads (training/golden-tokenizers/make_jinja.py).
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderChat, templateFault, type ChatMessage } from '../chatTemplate.ts';

type Made = string | { readonly error: string };
const golden = JSON.parse(
  readFileSync(new URL('../../../training/golden-tokenizers/jinja.json', import.meta.url), 'utf8'),
) as {
  messages: ChatMessage[];
  snippets: [string, Made][];
  families: Record<string, string>;
  conversations: ChatMessage[][];
  cases: [string, number, boolean, Made][];
};
const render = (template: string, messages: readonly ChatMessage[], addGenerationPrompt = true) =>
  renderChat(template, messages, { addGenerationPrompt, bosToken: '<s>', eosToken: '</s>' });

describe('what transformers makes of it', () => {
  const [made, refused] = [false, true].map((error) =>
    golden.snippets.filter(([, m]) => (typeof m === 'object') === error),
  );
  test.each(made!)('%s', (template, text) => expect(render(template, golden.messages)).toBe(text));
  test.each(refused!)('%s is refused', (template) =>
    expect(() => render(template, golden.messages)).toThrow(/^the chat template /),
  );
});

describe.each(Object.keys(golden.families))('the template of %s', (name) => {
  test('every conversation as transformers writes it, and what the template itself refuses', () => {
    const cases = golden.cases.filter(([family]) => family === name);
    expect(cases).toHaveLength(2 * golden.conversations.length);
    for (const [, i, prompt, text] of cases) {
      const write = () => render(golden.families[name]!, golden.conversations[i]!, prompt);
      if (typeof text === 'string') expect([i, write()]).toEqual([i, text]);
      else expect(write).toThrow(/^the chat template (refuses the conversation|cannot be followed)/);
    }
    expect(templateFault(golden.families[name]!)).toBeNull();
  });
});

describe('what is not known here is named before anything is rendered', () => {
  test.each([
    ['{{ messages|pprint }}', "it uses the filter 'pprint', which is not known here"],
    ['{% if false %}{{ 1|xmlattr }}{% endif %}', "it uses the filter 'xmlattr'"],
    ['{{ 1 is filter }}', "it uses the test 'filter'"],
    ['a\n{% include "x" %}', "it uses the tag 'include', which is not known here (line 2)"],
    ['{% for x in y %}', 'the template ends without endfor'],
    ['{{ 1 + }}', 'an expression is expected'],
    ['{# open', 'a comment is not closed'],
    ['{% raw %}', "the tag 'raw' is not closed"],
    ['{{ "open }}', 'means nothing'],
  ])('%s', (template, why) => {
    expect(templateFault(template)).toContain(why);
    expect(() => render(template, golden.messages)).toThrow(why);
  });
  test('today’s date', () => {
    const asks = '{{ strftime_now("%d %b %Y") }}';
    expect(templateFault(asks)).toBeNull();
    expect(() => render(asks, golden.messages)).toThrow("asks for today's date (strftime_now)");
    expect(render(`{% if strftime_now is defined %}${asks}{% else %}fixed{% endif %}`, golden.messages)).toBe('fixed');
  });
  test('huge widths, depths and texts', () => {
    for (const template of [
      "{{ '%2000000d' % 1 }}",
      "{{ '{:2000000}'.format(1) }}",
      "{{ 'a'.ljust(2000000) }}",
      "{{ 'a' * 10000000 }}",
      '{{ [1] * 10000000 }}',
      "{{ ('a' * 4000000) ~ ('b' * 4000000) }}",
      `{{ ${'-'.repeat(1000)}1 }}`,
      `{{ ${'not '.repeat(1000)}1 }}`,
      `${'{% if 1 %}'.repeat(1000)}${'{% endif %}'.repeat(1000)}`,
      `{{ ${'['.repeat(1000)}${']'.repeat(1000)} }}`,
    ])
      expect(() => render(template, golden.messages), template.slice(0, 40)).toThrow(/^the chat template /);
  });
});
