/** Whole models with the same weights: a diffusion step and a decoded token. */
import type { Case, Host } from '../types.ts';
import { ditCase } from './dit.ts';
import { readExported } from './exported.ts';
import { textCases } from './textCases.ts';

/** The peers read ONNX files that bench/models/export.py makes; without them only ours runs, and the cases say why. */
export async function wholeCases(host: Host): Promise<readonly Case[]> {
  const exported = await readExported(host);
  return [
    await ditCase(host, exported, 'digits', false),
    await ditCase(host, exported, 'avatars', true),
    ...(await textCases(host, exported, 'sotu', 'Fellow-Citizens of the Senate and House of Representatives:', false)),
    ...(await textCases(host, exported, 'countdown', '20 5 3 17 = 45\n', true)),
  ];
}
