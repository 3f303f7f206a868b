import { writeFileSync } from 'node:fs';
import { generate } from './tables.ts';

writeFileSync(new URL('../docs/tables.md', import.meta.url), generate());
console.log('docs/tables.md has the tables of the registries.');
