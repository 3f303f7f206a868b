// The page's own code, gzipped, must stay under 300 KB (weights apart).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './lib.mjs';

const LIMIT = 300 * 1024, folder = join(root, 'dist', 'assets');
const files = readdirSync(folder).filter((f) => f.endsWith('.js')).map((f) => ({ f, bytes: gzipSync(readFileSync(join(folder, f)), { level: 9 }).length }));
const total = files.reduce((n, { bytes }) => n + bytes, 0);
for (const { f, bytes } of files) console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KB  ${f}`);
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  of JavaScript in all, gzipped; the limit is ${LIMIT / 1024} KB`);
process.exit(total > 0 && total <= LIMIT ? 0 : 1);
