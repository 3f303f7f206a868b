import { cacheFormats } from '../../../core/cacheFormat.ts';
import { booleanField, choiceField, numberField } from '../../../core/field.ts';
import { languageCard } from '../../../models/language.ts';
import { weightFormats } from './experiment.ts';
import { type LanguageSource } from '../../../hub/source.ts';

export const MAX_CONTENDERS = 6;
export const MAX_STAGES = 12;
export const MAX_BRANCHES = 64;
export const MAX_STOPS = 8;
/** Characters of a prompt or system text that a link may carry. */
export const MAX_PROMPT = 20_000;

const cacheField = (label: string, help: string) =>
  choiceField({
    label,
    help,
    default: 'f32',
    options: cacheFormats.map((f) => [f, { f32: '32-bit', f16: '16-bit', q8_0: 'q8_0', q4_0: 'q4_0' }[f]] as const),
  });

/** The scalar fields that all contenders share; defaults depend on the model. */
export function languageFields(model: LanguageSource) {
  const card = model.from === 'bundled' ? languageCard(model.id) : undefined;
  return {
    seed: numberField({
      label: 'Seed',
      help: 'Keys the random numbers: the same seed gives every contender the same draws.',
      default: 0,
      min: 0,
      max: 2 ** 32 - 1,
      integer: true,
    }),
    samples: numberField({
      label: 'Samples',
      help: 'Texts that each contender writes from the same prompt; sample i has the same random numbers whatever their number.',
      default: card?.samples ?? 1,
      min: 1,
      max: 64,
      integer: true,
      log: true,
    }),
    maxTokens: numberField({
      label: 'Length',
      help: 'Most tokens a text gets after the prompt.',
      default: card?.maxTokens ?? 64,
      min: 1,
      max: 4096,
      integer: true,
      log: true,
      unit: 'tokens',
    }),
    chat: booleanField({
      label: 'Chat',
      help: 'Wrap the prompt in the chat template that came with the model.',
      default: false,
    }),
    overflow: choiceField({
      label: 'Past the context',
      help: 'What happens when a text outgrows the context that the model was made for.',
      default: 'refuse',
      options: [
        ['refuse', 'stop there'],
        ['shift', 'forget the oldest'],
      ],
    }),
    keep: numberField({
      label: 'Keep',
      help: 'First tokens of the prompt that stay when the oldest are forgotten; a start-of-text token always stays.',
      default: 0,
      min: 0,
      max: 4096,
      integer: true,
      unit: 'tokens',
    }),
    names: choiceField({
      label: 'Special tokens',
      help: 'What becomes of names like <|im_end|> in your words: the tokens that steer the model, or plain text.',
      default: 'token',
      options: [
        ['token', 'steer the model'],
        ['text', 'plain text'],
      ],
    }),
    format: choiceField({
      label: 'Weights',
      help: 'How the weights are kept on the GPU. Fewer bits: less memory and often faster, at a measured loss.',
      default: 'auto',
      options: weightFormats.map(
        (f) =>
          [
            f,
            {
              auto: 'as they come',
              stored: 'as stored in the file',
              f32: '32-bit',
              f16: '16-bit',
              int8: '8-bit',
              int4: '4-bit',
            }[f],
          ] as const,
      ),
    }),
    cacheKeys: cacheField(
      'Cached keys',
      'How the keys of what was read are kept. In q8_0 and q4_0 32 numbers share a scale: fewer bytes a token, at a small loss.',
    ),
    cacheValues: cacheField('Cached values', 'How the values of what was read are kept; llama.cpp’s names.'),
  };
}
