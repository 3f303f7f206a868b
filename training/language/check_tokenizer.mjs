// Compares @huggingface/tokenizers, from the folder this runs in, with the ids on standard input; check.py calls it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Tokenizer } = createRequire(`${process.cwd()}/`)('@huggingface/tokenizers');
const { folder, cases } = JSON.parse(readFileSync(0, 'utf8'));
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
const wrong = cases.filter(({ text, ids }) => {
  const got = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const back = ids.length
    ? tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false })
    : '';
  return JSON.stringify(got) !== JSON.stringify(ids) || back !== text;
});
if (wrong.length) {
  console.error(JSON.stringify(wrong.slice(0, 3)), tokenizer.encode(wrong[0].text));
  process.exit(1);
}
console.log(`${cases.length} the same`);
