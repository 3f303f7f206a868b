// Grammars as the stage asks for them: read once, compiled once for each vocabulary.
import { GrammarError, type Grammar } from './ast.ts';
import { stateInWords } from './describe.ts';
import { NothingAllowed, provideGrammars, type Allowed, type Grammars, type GrammarText } from './engine.ts';
import { parseGbnf } from './gbnf.ts';
import { schemaGrammar } from './jsonSchema.ts';
import { Masks } from './masks.ts';
import { networkOf, type Network } from './network.ts';
import { trieOf, type Trie, type Vocabulary } from './trie.ts';

interface Compiled {
  readonly network: Network;
  readonly masks: WeakMap<Vocabulary, Masks>;
}
/** Grammars kept: more than a comparison has contenders. */
const KEPT = 16;
const compiled = new Map<string, Compiled | GrammarError>();
const tries = new WeakMap<Vocabulary, Trie>();

const read = ({ kind, text }: GrammarText): Grammar =>
  kind === 'gbnf' ? parseGbnf(text) : schemaGrammar(text, kind === 'json_schema_compact');

function compile(grammar: GrammarText): Compiled | GrammarError {
  const key = `${grammar.kind}\n${grammar.text}`;
  let known = compiled.get(key);
  if (!known) {
    try {
      known = { network: networkOf(read(grammar)), masks: new WeakMap() };
      if (!known.network.productive && !known.network.empty)
        known = new GrammarError(
          'No text follows this grammar: each of its rules needs another one without end. Give one of them an alternative that ends.',
        );
    } catch (error) {
      if (!(error instanceof GrammarError)) throw error;
      known = error;
    }
    compiled.set(key, known);
    if (compiled.size > KEPT) compiled.delete(compiled.keys().next().value!);
  }
  return known;
}

function masksOf(grammar: GrammarText, vocabulary: Vocabulary): Masks {
  const found = compile(grammar);
  if (found instanceof GrammarError) throw found;
  let masks = found.masks.get(vocabulary);
  if (!masks) {
    let trie = tries.get(vocabulary);
    if (!trie) tries.set(vocabulary, (trie = trieOf(vocabulary)));
    found.masks.set(vocabulary, (masks = new Masks(found.network, vocabulary, trie)));
  }
  return masks;
}

const service: Grammars = {
  refuse(grammar) {
    const found = compile(grammar);
    return found instanceof GrammarError ? found.message : null;
  },
  allowed(grammar, vocabulary, tokens): Allowed {
    const masks = masksOf(grammar, vocabulary);
    const where = `token ${tokens.length + 1} of the text`;
    if (!masks.possible)
      throw new NothingAllowed(
        'The grammar allows nothing: this model has no tokens for the characters that every text of it needs.',
      );
    const place = masks.after(tokens);
    if ('leftAt' in place)
      throw new NothingAllowed(
        `The grammar allows nothing at ${where}, because the text left it at token ${place.leftAt + 1}, which it does not allow there.`,
      );
    const { automaton } = masks;
    const words = () => stateInWords(automaton, place.state);
    const mask = masks.mask(place.state);
    if (mask.allowed === 0)
      throw new NothingAllowed(
        `The grammar allows none of the model’s ${vocabulary.size} tokens at ${where}. ${words().join(' ')}`,
      );
    return { ...mask, words };
  },
};
provideGrammars(service);
