// llama.cpp on the same file, as JSON on standard output: node peer.mjs ENGINE-FOLDER MODEL-FILE [exact]
// `exact`: of a file in f32, only what a text's perplexity needs, with keys and values in f32 too.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GREEDY_TOKENS, oddStrings, passage, prompts } from './texts.mjs';

const [, , engine, file, exact] = process.argv;
const place = createRequire(join(engine, 'package.json')).resolve('node-llama-cpp');
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(place).href);
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, progressLogs: false });
const model = await llama.loadModel({ modelPath: file });
// Its threads wait for each other by spinning, which on a busy machine takes minutes a token.
const context = await model.createContext({
  contextSize: 1024,
  threads: 1,
  ...(exact && { experimentalKvCacheKeyType: 'F32', experimentalKvCacheValueType: 'F32' }),
});
const sequence = context.getSequence();

const tokenize = (text) => [...model.tokenize(text, false, 'trimLeadingSpace')].map(Number);
const begin = model.tokens.shouldPrependBosToken ? [Number(model.tokens.bos)] : [];
const whole = (text) => [...begin, ...tokenize(text)];

const greedy = [];
for (const prompt of exact ? [] : prompts) {
  await sequence.clearHistory();
  const tokens = [];
  for await (const token of sequence.evaluate(whole(prompt), { temperature: 0, yieldEogToken: true })) {
    tokens.push(Number(token));
    if (tokens.length >= GREEDY_TOKENS || model.isEogToken(token)) break;
  }
  greedy.push({ prompt: whole(prompt), tokens });
}

await sequence.clearHistory();
const text = whole(passage);
const told = await sequence.controlledEvaluate(text.map((token) => [token, { generateNext: { probabilities: true } }]));
const surprisals = text.slice(1).map((token, i) => -Math.log(told[i].next.probabilities.get(token)));
const top = told
  .slice(0, -1)
  .map(({ next }) => [...next.probabilities].slice(0, 5).map(([token, p]) => [Number(token), p]));

const texts = exact ? [] : oddStrings(1000);
process.stdout.write(JSON.stringify({ texts, strings: texts.map(tokenize), greedy, text, surprisals, top }));
process.exit(0);
