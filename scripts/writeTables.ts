import { writeFileSync } from 'node:fs';
import { headersFile, nginxFile } from './hosting.ts';
import { generate } from './tables.ts';

const write = (path: string, text: string) => writeFileSync(new URL(`../${path}`, import.meta.url), text);
write('docs/tables.md', generate());
write('public/_headers', headersFile());
write('docs/nginx-headers.conf', nginxFile());
console.log(
  'docs/tables.md has the tables of the registries; public/_headers and docs/nginx-headers.conf the headers.',
);
