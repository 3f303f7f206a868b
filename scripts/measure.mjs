// npm run measure -- speed | quality [--n=256 --models=… --samplers=… --nfe=… --guidance=…]: on every software adapter, or ADAPTER=name.
import { join } from 'node:path';
import { adapters, envFor, find } from './adapters.mjs';
import { root, run } from './lib.mjs';

let failed = false;
for (const adapter of adapters.filter((a) => !process.env.ADAPTER || a.name === process.env.ADAPTER)) {
  const icd = find(adapter);
  if (!icd) {
    console.error(`${adapter.name}: not found; install ${adapter.install}`);
    continue;
  }
  console.log(`\n${adapter.name}`);
  failed ||= (await run(process.execPath, [join(root, 'node_modules/vite-node/vite-node.mjs'), 'scripts/measure.ts', ...process.argv.slice(2)], { env: envFor(adapter.name, icd) })) !== 0;
}
process.exit(failed ? 1 : 0);
