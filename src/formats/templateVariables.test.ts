import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderChat, templateVariables } from './chatTemplate.ts';
import { PLAIN_TEMPLATE, PLAIN_VARIABLES } from './plainTemplate.ts';

const { templates } = JSON.parse(
  readFileSync(new URL('../../training/golden-tokenizers/chat.json', import.meta.url), 'utf8'),
) as { templates: Record<string, string> };
const names = (template: string) => templateVariables(template).map((v) => v.name);
const only = (template: string) => templateVariables(template)[0];

describe('templateVariables', () => {
  // jinja2's meta.find_undeclared_variables finds the same, and counts also what every branch sets.
  it.each([
    ['chatml-default-system', []],
    ['chatml-lines', []],
    ['llama3', [{ name: 'date_string', kind: 'text', options: [] }]],
    // Set by one branch only: without a system turn it is what the template was given.
    ['mistral', [{ name: 'system_message', kind: 'text', options: [] }]],
    ['thinking', [{ name: 'enable_thinking', kind: 'boolean', options: [] }]],
  ])('finds what %s reads', (name, expected) => {
    expect(templateVariables(templates[name]!)).toEqual(expected);
  });
  it('finds what the plain template reads', () => {
    expect(templateVariables(PLAIN_TEMPLATE)).toEqual(PLAIN_VARIABLES);
  });
  it.each([
    ['{% set a = 1 %}{{ a }}', []],
    ['{{ a }}{% set a = 1 %}', ['a']],
    ['{% if b %}{% set a = 1 %}{% endif %}{{ a }}', ['b', 'a']],
    ['{% if b %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}{{ a }}', ['b']],
    ['{% for a in messages %}{{ a }}{{ loop.index }}{% set c = 1 %}{% endfor %}{{ c }}', ['c']],
    ['{% for m in messages if keep %}{% else %}{{ m }}{% endfor %}', ['keep', 'm']],
    [
      '{% macro f(x, y=z) %}{{ x }}{{ y }}{{ later }}{{ given }}{% endmacro %}{% set later = 1 %}{{ f(1) }}',
      ['z', 'given'],
    ],
    ['{% with a = b %}{{ a }}{% endwith %}{{ a }}', ['b', 'a']],
    ['{% set ns = namespace(n=k) %}{% set ns.n = j %}{{ ns.n }}', ['k', 'j']],
    [
      '{{ "x" in texts and messages[first:] }}{{ bos_token ~ eos_token }}{% generation %}{{ g }}{% endgeneration %}',
      ['texts', 'first', 'g'],
    ],
    ['{% set x %}{{ w }}{% endset %}{{ x }}', ['w']],
    ['{% call f(a) %}{{ b }}{% endcall %}', ['f', 'a', 'b']],
  ])('reads the scopes of %s', (template, expected) => {
    expect(names(template)).toEqual(expected);
  });
  it.each([
    ['{% if x %}{% endif %}', 'boolean'],
    ['{% if x is true or not x %}{% endif %}', 'boolean'],
    ['{% if x is defined and x == false %}{% endif %}', 'boolean'],
    ['{% set x = x if x is defined else false %}{% if x %}{% endif %}', 'boolean'],
    ['{% if x | default(true) %}{% endif %}', 'boolean'],
    ['{% if x %}{{ x }}{% endif %}', 'text'],
    ['{{ "Reasoning: " + x }}', 'text'],
    ['{{ x | default("low") }}', 'text'],
    ['{% if x > 512 %}{% endif %}', 'number'],
    ['{% for t in x %}{% endfor %}', 'other'],
    ['{{ x.name }}', 'other'],
    ['{{ x | tojson }}', 'other'],
  ])('tells from %s what it is', (template, kind) => {
    expect(only(template)?.kind).toBe(kind);
  });
  it('lists the texts that it is compared with', () => {
    expect(only('{% if x == "high" or x in ["low", "none"] %}{% endif %}')).toEqual({
      name: 'x',
      kind: 'text',
      options: ['high', 'low', 'none'],
    });
  });
  it('is empty for a template that cannot be read', () => {
    expect(templateVariables('{% if %}')).toEqual([]);
  });
});

describe('a template that is told variables', () => {
  const put = (template: string, variables: Record<string, boolean | number | string>) =>
    renderChat(template, [{ role: 'user', content: 'Hi' }], {
      addGenerationPrompt: true,
      bosToken: '<s>',
      eosToken: '</s>',
      variables,
    });
  // As transformers writes it, told enable_thinking=False.
  it('writes what it makes of them', () => {
    const plain = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n';
    expect(put(templates['thinking']!, {})).toBe(plain);
    expect(put(templates['thinking']!, { enable_thinking: true })).toBe(plain);
    expect(put(templates['thinking']!, { enable_thinking: false })).toBe(`${plain}<think>\n\n</think>\n\n`);
    expect(put(templates['llama3']!, { date_string: '1 Jan 2000' })).toContain('Today Date: 1 Jan 2000\n');
  });
  it('keeps numbers numbers, and gives its own names itself', () => {
    expect(
      put('{{ n + 1 }} {{ h * 2 }} {{ bos_token }} {{ messages | length }}', {
        n: 2,
        h: 0.5,
        bos_token: 'x',
        messages: 'x',
      }),
    ).toBe('3 1.0 <s> 1');
  });
  it('is plain where a model has none', () => {
    expect(put(PLAIN_TEMPLATE, {})).toBe('User: Hi\n\nAssistant:');
    expect(put(PLAIN_TEMPLATE, { role_names: false })).toBe('Hi\n');
  });
});
