// `stepscope api`: opens a model and answers on this machine until it is stopped.
import { once } from 'node:events';
import { basename } from 'node:path';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cacheFault } from '../../core/cacheFormat.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { LanguageLab } from '../../labs/language/engine/lab.ts';
import type { FormatChoice } from '../../labs/language/config/experiment.ts';
import { nothingGiven } from '../../hub/types.ts';
import { languageCard, languageModels, type LanguageModelId } from '../../models/language.ts';
import type { LanguageSource } from '../../hub/source.ts';
import type { ApiCommand } from '../args.ts';
import type { Place } from '../lab.ts';
import { openGpu } from '../machine.ts';
import { openBundledFolder, openFolder } from '../modelFolder.ts';
import { Refused } from '../refused.ts';
import { createApi } from './server.ts';
import { Writer } from './writer.ts';

const LAYOUT = 'config.json, tokenizer.json and *.safetensors, or a GGUF file';

/** What a word on the command line names: a model that comes with the program, else a folder or file on disk. */
function sourceOf(model: string): LanguageSource {
  const card = languageCard(model);
  if (card) return { from: 'bundled', id: model as LanguageModelId };
  if (!statSync(model, { throwIfNoEntry: false }))
    throw new Refused(
      `There is no model '${model.slice(0, 80)}': it is none of ${Object.keys(languageModels).join(', ')}, and no folder or file of that name is there (${LAYOUT}).`,
    );
  return { from: 'file', name: basename(model) };
}

export async function openWriter(
  { model, backend, adapter, weights, cache }: ApiCommand,
  place: Place,
): Promise<{ writer: Writer; device: string }> {
  const source = sourceOf(model);
  const open = () =>
    source.from === 'bundled'
      ? openBundledFolder(
          source,
          fileURLToPath(new URL(`public/models/${languageCard(source.id)!.folder}`, place.root)),
        )
      : openFolder(source, model, LAYOUT);
  let device = 'the processor, in float64';
  const openDevice = async (): Promise<GpuContext | null> => {
    if (backend === 'cpu') return null;
    const gpu = await openGpu(place.root, adapter, 'Or compute on the processor: --backend cpu.');
    device = gpu.device;
    return gpu.context;
  };
  const lab = new LanguageLab(() => Promise.resolve(open()), openDevice);
  const used = await lab.use('target', source, weights as FormatChoice, nothingGiven, () => {}, place.signal);
  const fault = cacheFault(cache, used.config);
  if (fault) throw new Refused(`--cache-type-k ${cache.keys}, --cache-type-v ${cache.values}: ${fault}.`);
  for (const notice of used.notices) place.err.write(`${notice}\n`);
  return { writer: new Writer(lab, used, cache), device };
}

/** Answers until the signal; resolves to the exit status. */
export async function api(command: ApiCommand, place: Place): Promise<number> {
  place.err.write('Opening the model …\n');
  const { writer, device } = await openWriter(command, place);
  const name = command.model.startsWith('.') || command.model.includes('/') ? basename(command.model) : command.model;
  const server = createApi({
    writer,
    model: name,
    onFault: (error) => place.err.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  server.listen(command.port, '127.0.0.1');
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'something else listens there' : message;
      throw new Refused(`Port ${command.port} cannot be used: ${why}. Choose another with --port.`);
    }),
  ]);
  const { port } = server.address() as { readonly port: number };
  const { template, format } = writer.model;
  place.out.write(
    [
      `${name} (${format}) on ${device} answers at http://127.0.0.1:${port}/v1`,
      ...(template === null ? ['It came without a chat template: conversations are put to it as plain turns.'] : []),
      'POST /v1/chat/completions, /v1/completions. Ctrl+C stops it.',
      '',
    ].join('\n'),
  );
  if (!place.signal.aborted) await once(place.signal, 'abort');
  server.closeAllConnections();
  server.close();
  return 0;
}
