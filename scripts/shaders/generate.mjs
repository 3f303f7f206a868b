// node scripts/shaders/generate.mjs: writes the shaders whose unrolled loops are kept as templates beside this file. A
// unit test says when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unroll } from './unroll.mjs';

/** Shader, its template, and the template's values. */
const shaders = [
  ['attention/attention.4.blocks', 'attention.blocks', { KEYS: 8 }],
  ['attention/attention.5.blocks16', 'attention.blocks', { KEYS: 16 }],
  ['attention/attention.6.subgroup', 'attention.subgroup'],
  ['attention/attention_prefill.4.blocks', 'attention_prefill.blocks', { KEYS: 8 }],
  ['attention/attention_prefill.5.blocks16', 'attention_prefill.blocks', { KEYS: 16 }],
  ['attention/attention_prefill.6.subgroup', 'attention_prefill.subgroup'],
  ['attention/cross_attention.2.subgroup', 'cross_attention.subgroup'],
  ['attention/cross_attention.3.flash', 'cross_attention.flash'],
  ['linear/matmul.5.quad', 'matmul.quad'],
  ['linear/matmul.11.octet', 'matmul.octet'],
  ['linear/linear_matmul.4.quad', 'linear_matmul.quad'],
  ['linear/linear_matmul.5.octet', 'linear_matmul.octet'],
  ['conv/conv2d.2.quad', 'conv2d.quad'],
  ['conv/conv2d.3.octet', 'conv2d.octet'],
];

/** Every generated shader: its path from the root, and its text. */
export const generated = shaders.map(([shader, template, values]) => ({
  file: `shaders/${shader}.wgsl`,
  text: unroll(readFileSync(new URL(`${template}.wgsl`, import.meta.url), 'utf8'), values),
}));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const { file, text } of generated) writeFileSync(new URL(`../../${file}`, import.meta.url), text);
