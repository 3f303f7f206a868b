/**
 * Language models: one decoded token behind a cache, and a text from its prompt on. All greedy, so that every engine
 * writes the same.
 */
import { parseConfigJson } from '../../../src/formats/configJson.ts';
import { define, type Case, type Host } from '../types.ts';
import { enginesOf, MODELS, sha256Of, type Exported } from './exported.ts';
import { BEHIND, CYCLE, LOGIT_ERROR, textInputs, WRITTEN, type TextInputs } from './text.ts';
import { ortText, ortToken } from './textOrt.ts';
import { oursText, oursToken } from './textOurs.ts';
import { transformersText } from './textTransformers.ts';

const noLanguage = 'it runs no language models: none of its packages reads one';

export async function textCases(
  host: Host,
  exported: Exported,
  id: string,
  prompt: string,
  slow: boolean,
): Promise<readonly Case[]> {
  const missing = exported.missing(id, await sha256Of(await host.file(`${MODELS}/${id}/model.safetensors`)));
  const config = parseConfigJson(await host.file(`${MODELS}/${id}/config.json`));
  const { width, hidden, heads, kvHeads, headDim, layers, vocab } = config;
  const matrices = layers * (width * headDim * (2 * heads + 2 * kvHeads) + 3 * width * hidden) + vocab * width;
  /** Multiplications and additions of the token at a position, and bytes that it must read and write. */
  const flops = (position: number) => 2 * matrices + 4 * layers * heads * headDim * (position + 1);
  const bytes = (position: number) => 4 * (matrices + 2 * layers * kvHeads * headDim * (position + 2) + vocab);
  let made: Promise<TextInputs> | undefined;
  const inputs = () => (made ??= textInputs(host, id, prompt));
  const shape = `${layers} × ${width}, ${vocab} tokens`;
  const tolerance = { abs: LOGIT_ERROR, rel: 0 };
  const fused = 'GroupQueryAttention';
  const plain = 'attention in plain operators';
  const absent = { tfjs: noLanguage, jax: noLanguage };
  const whole = (value: Float64Array) => ({ index: Uint32Array.from(value.keys()), value });
  return [
    define<TextInputs>({
      id: `${id}-token`,
      group: 'whole',
      title: `One decoded token of ${id} behind ${BEHIND} others`,
      shape,
      flops: flops(BEHIND),
      bytes: bytes(BEHIND),
      inputs,
      tolerance,
      // Logits after each token of a cycle, then what they choose.
      reference: ({ tokens, logits, prompt: from }) => {
        const rows = logits.slice(BEHIND + 1 - from, BEHIND + 1 - from + CYCLE);
        return whole(
          Float64Array.from([...rows.flatMap((row) => [...row]), ...tokens.slice(BEHIND + 1, BEHIND + 1 + CYCLE)]),
        );
      },
      ...enginesOf<TextInputs>(
        missing,
        {
          ours: oursToken,
          ort: ortToken('model', fused),
          'ort-nosub': ortToken('model', `${fused}; no subgroups`),
          'ort-composed': ortToken('model_plain', plain),
          wasm: ortToken('model', fused),
        },
        { ...absent, transformers: `its generate() is timed in ${id}-text` },
      ),
    }),
    define<TextInputs>({
      id: `${id}-text`,
      group: 'whole',
      title: `A text of ${WRITTEN} tokens by ${id}, prompt included`,
      shape,
      flops: WRITTEN * flops(WRITTEN),
      bytes: WRITTEN * bytes(WRITTEN),
      inputs,
      tolerance,
      pilot: { id: `${id}-token`, factor: WRITTEN },
      ...(slow && { slow }),
      // The tokens written, then the logits that chose the last of them.
      reference: ({ tokens, logits, prompt: from }) =>
        whole(Float64Array.from([...tokens.slice(from, from + WRITTEN), ...logits[WRITTEN - 1]!])),
      ...enginesOf<TextInputs>(
        missing,
        {
          ours: oursText,
          ort: ortText('model', fused),
          'ort-nosub': ortText('model', `${fused}; no subgroups`),
          'ort-composed': ortText('model_plain', plain),
          wasm: ortText('model', fused),
          transformers: transformersText('webgpu', 'model', `generate(); ${fused}`),
        },
        absent,
      ),
    }),
  ];
}
