import { choiceField, textField } from '../../../core/field.ts';
import { grammars, kinds, NothingAllowed, type GrammarText } from '../grammar/engine.ts';
import type { Stage, StageContext } from '../types.ts';

/** Tokens of the text so far; those of the prompt are not the grammar's. */
const written = ({ history, promptLength }: StageContext): readonly number[] => history.slice(promptLength);

/** The mask at a place, and where in the grammar it is: what the inspector shows. */
export function allowedAt(context: StageContext, params: GrammarText) {
  const { vocabulary } = context;
  if (!vocabulary)
    throw new Error('Grammar needs the bytes of the tokens: this model has no tokenizer. Remove the stage.');
  const loaded = grammars();
  if (!loaded) throw new Error('Grammar was asked for a mask before it was loaded.');
  return loaded.allowed(params, vocabulary, written(context));
}

/**
 * Removes every token after which no text of the grammar could be written any more; end tokens stay where a text may end.
 * Decided byte by byte, so a token may cross rules and cut characters. Among what stays the ratios of probabilities are
 * untouched. The state is a function of the text, so that branches, drafts and beams need no memory. Throws
 * NothingAllowed where nothing is left. Willard and Louf 2023, https://arxiv.org/abs/2307.09702, for masks from automata;
 * Geng et al. 2023, https://arxiv.org/abs/2305.13971, for grammars; the automaton after Dong et al. 2024,
 * https://arxiv.org/abs/2411.15100. The grammar language is llama.cpp's.
 */
export const grammar: Stage<{ kind: GrammarText['kind']; text: string }> = {
  id: 'grammar',
  title: 'Grammar',
  group: 'constrain',
  masks: true,
  reorders: true,
  paper: {
    title: 'Grammar-Constrained Decoding for Structured NLP Tasks without Finetuning',
    url: 'https://arxiv.org/abs/2305.13971',
  },
  summary: 'Allows only tokens with which the text can still become one of the grammar, or JSON of the schema.',
  params: {
    kind: choiceField({
      label: 'Written as',
      help: 'GBNF is the grammar language of llama.cpp. A JSON schema allows JSON with its properties in order, with or without blanks.',
      default: 'gbnf',
      options: [
        [kinds[0], 'GBNF'],
        [kinds[1], 'JSON schema'],
        [kinds[2], 'JSON schema, no blanks'],
      ],
    }),
    text: textField({
      label: 'Grammar',
      help: 'What a text may be, from its first character after the prompt to its end.',
      default: 'root ::= [^\\n]+',
      maxLength: 8000,
      lines: true,
      refuse: (text) => (text.trim() === '' ? 'The grammar is empty: write root ::= and what a text may be.' : null),
    }),
  },
  apply(logits, context, params) {
    const { bits, allowed } = allowedAt(context, params);
    const out = logits.slice();
    let left = 0;
    for (let t = 0; t < out.length; t++) {
      if (((bits[t >>> 5]! >>> (t & 31)) & 1) === 0) out[t] = -Infinity;
      else if (out[t]! > -Infinity) left++;
    }
    if (left === 0)
      throw new NothingAllowed(
        `The grammar allows ${allowed === 1 ? 'one token' : `${allowed} tokens`} at token ${written(context).length + 1} of the text, and the stages before it had removed ${allowed === 1 ? 'it' : 'them all'}: put Grammar first.`,
      );
    return out;
  },
  refuse: (params) => grammars()?.refuse(params) ?? null,
};
