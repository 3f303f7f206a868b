// What a conversation is put into for a model that came without a chat template.
import type { TemplateVariable } from './chatTemplate.ts';

/**
 * Turns one after the other under the names of who speaks, as base models have read many; without `role_names` the bare
 * texts, for models whose training text knew nobody by name. Said by name wherever it is used.
 */
export const PLAIN_TEMPLATE = `{%- for message in messages -%}
{%- if role_names is not defined or role_names -%}
{{ {'system': '', 'user': 'User: ', 'assistant': 'Assistant: '}[message.role] }}
{%- endif -%}
{{ message.content | trim }}{{ '\\n\\n' if role_names is not defined or role_names or message.role == 'system' else '\\n' }}
{%- endfor -%}
{%- if add_generation_prompt and (role_names is not defined or role_names) -%}Assistant:{%- endif -%}`;

/** A model that reads named turns goes on to write the next one, and has no token that ends its own. */
export const plainStops = (variables: Readonly<Record<string, unknown>>): readonly string[] =>
  variables['role_names'] === false ? [] : ['\nUser:'];

/** What the plain template reads, known without the template language. */
export const PLAIN_VARIABLES: readonly TemplateVariable[] = [{ name: 'role_names', kind: 'boolean', options: [] }];
