// Every language architecture that is read, by transformers' `model_type`: one file and one line.
import { gemma } from './gemma.ts';
import { gemma2 } from './gemma2.ts';
import { gemma3 } from './gemma3.ts';
import { gpt2 } from './gpt2.ts';
import { gptNeox } from './gptNeox.ts';
import { granite } from './granite.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { mixtral } from './mixtral.ts';
import { olmo2 } from './olmo2.ts';
import { olmoe } from './olmoe.ts';
import { phi3 } from './phi3.ts';
import { qwen2 } from './qwen2.ts';
import { qwen2Moe } from './qwen2Moe.ts';
import { qwen3 } from './qwen3.ts';
import { qwen3Moe } from './qwen3Moe.ts';
import { smollm3 } from './smollm3.ts';
import { starcoder2 } from './starcoder2.ts';
import type { LanguageArchitecture } from './types.ts';

export const languageArchitectures = {
  llama,
  mistral,
  qwen2,
  qwen3,
  gpt2,
  gemma,
  gemma2,
  gemma3_text: gemma3,
  phi3,
  smollm3,
  olmo2,
  granite,
  starcoder2,
  gpt_neox: gptNeox,
  mixtral,
  qwen2_moe: qwen2Moe,
  qwen3_moe: qwen3Moe,
  olmoe,
} satisfies Record<string, LanguageArchitecture>;
export type LanguageArchitectureId = keyof typeof languageArchitectures;
export const languageArchitectureIds = Object.keys(languageArchitectures) as readonly LanguageArchitectureId[];

export const architectureOf = (id: LanguageArchitectureId): LanguageArchitecture => languageArchitectures[id];

/**
 * By `general.architecture` of a GGUF file, and whether it has experts (Mixtral's files call themselves llama); undefined
 * for one that is not read.
 */
export function architectureOfGguf(name: string, experts = false): LanguageArchitectureId | undefined {
  const named = languageArchitectureIds.filter((id) => architectureOf(id).gguf.architecture === name);
  return named.find((id) => (architectureOf(id).experts !== undefined) === experts) ?? named[0];
}
export const ggufArchitectures: readonly string[] = [
  ...new Set(languageArchitectureIds.flatMap((id) => architectureOf(id).gguf.architecture ?? [])),
];

/** Names of models for messages: "A, B or C". */
export const publishedModels: string = [...languageArchitectureIds]
  .sort()
  .flatMap((id) => architectureOf(id).models)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');
