/**
 * transformers.js as a page would use it: generate(), greedy. Files come from the bench's own host, never from a hub.
 */
import type { LogitsProcessor, Tensor } from '@huggingface/transformers';
import type { Prepared, TransformersEnv } from '../types.ts';
import { OUT, type Form } from './exported.ts';
import { WRITTEN, type TextInputs } from './text.ts';

const BASE = 'https://bench.invalid/';

export const transformersText =
  (device: 'webgpu' | 'wasm', form: Form, note: string) =>
  async ({ host, hf }: TransformersEnv, { id, tokens, prompt }: TextInputs): Promise<Prepared> => {
    const { env } = hf;
    Object.assign(env, {
      allowRemoteModels: false,
      allowLocalModels: true,
      useBrowserCache: false,
      useFSCache: false,
      useFS: false,
      useWasmCache: false,
      localModelPath: BASE,
    });
    // Whatever it asks for outside the models is not ours to give: an address beyond this bench is refused, not
    // fetched.
    env.fetch = async (input: string | URL) => {
      const url = String(input);
      if (!url.startsWith(BASE)) return new Response(null, { status: 404 });
      return host.file(`${OUT}/${url.slice(BASE.length)}`).then(
        (bytes) => new Response(bytes, { headers: { 'content-length': String(bytes.length) } }),
        () => new Response(null, { status: 404 }),
      );
    };
    const model = await hf.AutoModelForCausalLM.from_pretrained(id, {
      device,
      dtype: 'fp32',
      local_files_only: true,
      model_file_name: form,
    });
    let last = new Float32Array(0);
    let written: number[] = [];
    class Listen extends hf.LogitsProcessor {
      override _call(_ids: bigint[][], logits: Tensor): Tensor {
        last = logits.data as Float32Array<ArrayBuffer>;
        return logits;
      }
    }
    const listen = new hf.LogitsProcessorList();
    listen.push(new Listen() as LogitsProcessor);
    const ids = () => new hf.Tensor('int64', BigInt64Array.from(tokens.slice(0, prompt), BigInt), [1, prompt]);
    const mask = () => new hf.Tensor('int64', new BigInt64Array(prompt).fill(1n), [1, prompt]);
    return {
      note,
      async run() {
        // Texts are to be equally long, whatever ends them.
        const out = (await model.generate({
          inputs: ids(),
          attention_mask: mask(),
          max_new_tokens: WRITTEN,
          do_sample: false,
          eos_token_id: null,
          logits_processor: listen,
        } as never)) as Tensor;
        written = Array.from(out.data as BigInt64Array, Number).slice(prompt);
      },
      sync: () => Promise.resolve(),
      read: () => Promise.resolve(Float32Array.from([...written, ...last])),
      async dispose() {
        await model.dispose();
      },
    };
  };
