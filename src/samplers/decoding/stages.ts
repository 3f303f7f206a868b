import { adaptiveP } from './stages/adaptiveP.ts';
import { badWords } from './stages/badWords.ts';
import { ignoreEos } from './stages/ignoreEos.ts';
import { minNewTokens } from './stages/minNewTokens.ts';
import { smoothing } from './stages/smoothing.ts';
import { topA } from './stages/topA.ts';
import { dry } from './stages/dry.ts';
import { dynamicTemperature } from './stages/dynamicTemperature.ts';
import { epsilonCutoff } from './stages/epsilonCutoff.ts';
import { etaCutoff } from './stages/etaCutoff.ts';
import { frequencyPenalty } from './stages/frequencyPenalty.ts';
import { grammar } from './stages/grammar.ts';
import { logitBias } from './stages/logitBias.ts';
import { minP } from './stages/minP.ts';
import { mirostat } from './stages/mirostat.ts';
import { mirostatV2 } from './stages/mirostatV2.ts';
import { noRepeatNgram } from './stages/noRepeatNgram.ts';
import { presencePenalty } from './stages/presencePenalty.ts';
import { repetitionPenalty } from './stages/repetitionPenalty.ts';
import { tailFree } from './stages/tailFree.ts';
import { temperature } from './stages/temperature.ts';
import { topH } from './stages/topH.ts';
import { topK } from './stages/topK.ts';
import { topNSigma } from './stages/topNSigma.ts';
import { topP } from './stages/topP.ts';
import { typicalP } from './stages/typicalP.ts';
import { xtc } from './stages/xtc.ts';
import type { Stage } from './types.ts';

/** The registry: one line per stage. Menus, links, conformance cases and tests iterate it. */
export const stages = {
  temperature,
  dynamic_temperature: dynamicTemperature,
  smoothing,
  top_k: topK,
  top_p: topP,
  min_p: minP,
  top_a: topA,
  typical_p: typicalP,
  epsilon_cutoff: epsilonCutoff,
  eta_cutoff: etaCutoff,
  top_n_sigma: topNSigma,
  tail_free: tailFree,
  top_h: topH,
  mirostat,
  mirostat_v2: mirostatV2,
  adaptive_p: adaptiveP,
  xtc,
  dry,
  repetition_penalty: repetitionPenalty,
  presence_penalty: presencePenalty,
  frequency_penalty: frequencyPenalty,
  no_repeat_ngram: noRepeatNgram,
  logit_bias: logitBias,
  bad_words: badWords,
  min_new_tokens: minNewTokens,
  ignore_eos: ignoreEos,
  grammar,
} as const satisfies Record<string, Stage>;

export type StageId = keyof typeof stages;

/** The stage of an id, or undefined: ids of chains come from links and are not trusted. */
export const stageOf = (id: string): Stage | undefined =>
  Object.hasOwn(stages, id) ? (stages as Record<string, Stage>)[id] : undefined;
