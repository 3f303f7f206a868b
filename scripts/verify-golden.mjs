// Trims training/'s golden values to what the verification suite ships: run `node scripts/verify-golden.mjs` after the
// models were trained again.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
/** One object a line, so that a change shows. */
const lines = (object) =>
  `{\n${Object.entries(object)
    .map(
      ([key, value]) =>
        ` ${JSON.stringify(key)}: ${Array.isArray(value) ? `[\n${value.map((v) => `  ${JSON.stringify(v)}`).join(',\n')}]` : JSON.stringify(value)}`,
    )
    .join(',\n')}\n}\n`;

export function networks() {
  const of = (id) => read(`training/golden-networks/${id}.json`);
  const dit = (id) =>
    of(id)
      .cases.slice(0, 2)
      .map(({ phase, t, label, output }) => ({ phase, t, label, first: output.first, l2: output.l2 }));
  const features = (id) =>
    of(id)
      .cases.slice(0, 2)
      .map(({ phase, features: f, logits }) => ({ phase, features: f.first, logits: logits.first }));
  const mlp2d = Object.fromEntries(
    Object.entries(of('mlp2d').targets).map(([id, cases]) => [
      id,
      cases.slice(0, 2).map(({ sigma, denoised }) => ({ sigma, first: denoised.first })),
    ]),
  );
  return lines({
    command: 'node scripts/verify-golden.mjs',
    mlp2d,
    digits: dit('digits'),
    avatars: dit('avatars'),
    'digits-features': features('digits-features'),
    'avatars-features': features('avatars-features'),
  });
}
export function language() {
  const cases = (folder, count) => {
    const { weightsSha256, cases: all } = read(`training/language/golden/${folder}.json`);
    return { weightsSha256, cases: all.slice(0, count) };
  };
  return lines({
    command: 'node scripts/verify-golden.mjs',
    sotu: cases('sotu', 1),
    sotu_draft: cases('sotu-draft', 1),
    countdown: cases('countdown', 3),
  });
}

if (process.argv[1]?.endsWith('verify-golden.mjs')) {
  writeFileSync(new URL('src/verify/golden/networks.json', root), networks());
  writeFileSync(new URL('src/verify/golden/language.json', root), language());
}
