// Which sampler a request asks for.
import type { Refusal } from '../../core/refusal.ts';
import { newContender, newLink, parseContender } from '../../labs/language/config/contenderText.ts';
import type { ChainLink, LanguageContender } from '../../labs/language/config/experiment.ts';
import { COLDEST } from '../../samplers/decoding/stages/temperature.ts';
import { flagOf, given, numberOf, refuse, type Body } from './body.ts';
import { ApiRefusal } from './refusal.ts';

function biasOf(body: Body): readonly ChainLink[] {
  const bias = given(body, 'logit_bias');
  if (bias === undefined) return [];
  const must = 'it must give numbers from -100 to 100 by token id';
  if (typeof bias !== 'object' || Array.isArray(bias)) return refuse('logit_bias', bias, must);
  const pairs = Object.entries(bias as Body);
  for (const [id, value] of pairs)
    if (!/^\d{1,9}$/.test(id) || typeof value !== 'number' || !(Math.abs(value) <= 100))
      refuse(`logit_bias.${id}`, value, must);
  return pairs.length === 0
    ? []
    : [newLink('logit_bias', { biases: pairs.map(([id, value]) => `${id}:${String(value)}`).join(',') })];
}

/** A JSON schema has this many characters at most, as in a link. */
const MOST_SCHEMA = 8000;
/**
 * What `response_format` asks for, as a stage: JSON without blanks, which is what such answers are read by. A schema that
 * cannot be followed is refused when the chain is looked at.
 */
function formatOf(body: Body): readonly ChainLink[] {
  const format = given(body, 'response_format') as
    { readonly type?: unknown; readonly json_schema?: unknown } | undefined;
  if (format === undefined || format.type === 'text') return [];
  const of = (schema: unknown) => [newLink('grammar', { kind: 'json_schema_compact', text: JSON.stringify(schema) })];
  if (format.type === 'json_object') return of({ type: 'object' });
  if (format.type !== 'json_schema')
    return refuse('response_format', format, 'its type must be text, json_object or json_schema');
  const schema = (format.json_schema as { readonly schema?: unknown } | undefined)?.schema;
  if (typeof schema !== 'object' || schema === null)
    return refuse('response_format.json_schema.schema', schema, 'it must be a JSON schema');
  const length = JSON.stringify(schema).length;
  return length <= MOST_SCHEMA
    ? of(schema)
    : refuse('response_format.json_schema.schema', `${length} characters`, `at most ${MOST_SCHEMA} are read`);
}

/**
 * The sampler. OpenAI's fields become stages in vLLM's order: bias and penalties, temperature, top-k, top-p, min-p; and
 * as there, the repetition penalty counts the prompt's tokens, the other two only those that were written.
 * `stepscope_contender` is a contender as links write it (`sampling[min_p(p=0.1),temperature(temperature=1.2)]`), and
 * stands alone but for `response_format`, whose grammar comes before everything else.
 */
export function contenderOf(body: Body): LanguageContender {
  const format = formatOf(body);
  const own = given(body, 'stepscope_contender');
  if (own !== undefined) {
    const others = ['temperature', 'top_p', 'top_k', 'min_p', 'frequency_penalty', 'presence_penalty', 'repetition_penalty', 'logit_bias', 'ignore_eos']; // prettier-ignore
    const other = others.find((name) => given(body, name) !== undefined);
    if (other) refuse(other, given(body, other), 'stepscope_contender says the whole sampler; leave one of them out');
    if (typeof own !== 'string') return refuse('stepscope_contender', own, 'it must be a text, as links write it');
    const refusals: Refusal[] = [];
    const contender = parseContender(own, 'stepscope_contender', refusals);
    const [first] = refusals;
    if (first)
      throw new ApiRefusal(`${first.where} '${first.value}': ${first.because}.`, { param: 'stepscope_contender' });
    return { ...contender!, chain: [...format, ...contender!.chain] };
  }
  const temperature = numberOf(body, 'temperature', 0, 5) ?? 1;
  const [frequency, presence] = ['frequency_penalty', 'presence_penalty'].map(
    (name) => numberOf(body, name, -2, 2) ?? 0,
  );
  const repetition = numberOf(body, 'repetition_penalty', 0.1, 5) ?? 1;
  const topK = numberOf(body, 'top_k', -1, 2 ** 20, true) ?? 0;
  const topP = numberOf(body, 'top_p', 0, 1) ?? 1;
  const minP = numberOf(body, 'min_p', 0, 1) ?? 0;
  const first = [
    ...format,
    ...(flagOf(body, 'ignore_eos') ? [newLink('ignore_eos')] : []),
    ...biasOf(body),
    ...(repetition !== 1 ? [newLink('repetition_penalty', { penalty: repetition })] : []),
    ...(frequency !== 0 ? [newLink('frequency_penalty', { penalty: frequency!, prompt: false })] : []),
    ...(presence !== 0 ? [newLink('presence_penalty', { penalty: presence!, prompt: false })] : []),
  ];
  if (temperature < COLDEST || topP === 0) return newContender('greedy', first);
  return newContender('sampling', [
    ...first,
    ...(temperature !== 1 ? [newLink('temperature', { temperature })] : []),
    ...(topK > 0 ? [newLink('top_k', { k: topK })] : []),
    ...(topP < 1 ? [newLink('top_p', { p: topP })] : []),
    ...(minP > 0 ? [newLink('min_p', { p: minP })] : []),
  ]);
}
