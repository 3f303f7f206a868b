// npm run measure -- start [see measureStart.mjs] | speed | quality [--n=256 --models=… --samplers=… --nfe=…
// --guidance=…] | language [see measureLanguage.ts] | full-size [see diffusion/fullSize.ts] | claims [see
// diffusion/claims.ts]: on every software adapter, or ADAPTER=name.
import { join } from 'node:path';
import { adapters, envFor, find } from './adapters.mjs';
import { root, run } from './lib.mjs';

if (process.argv[2] === 'start') await import('./measureStart.mjs');
const scripts = {
  language: 'scripts/measureLanguage.ts',
  'full-size': 'scripts/diffusion/fullSize.ts',
  claims: 'scripts/diffusion/claims.ts',
};
const script = scripts[process.argv[2]] ?? 'scripts/measure.ts';
let failed = false;
for (const adapter of adapters.filter((a) => !process.env.ADAPTER || a.name === process.env.ADAPTER)) {
  const icd = find(adapter);
  if (!icd) {
    console.error(`${adapter.name}: not found; install ${adapter.install}`);
    continue;
  }
  console.log(`\n${adapter.name}`);
  // Not `failed ||= await …`: the second adapter is measured even if the first failed.
  const code = await run(
    process.execPath,
    [join(root, 'node_modules/vite-node/vite-node.mjs'), script, ...process.argv.slice(2)],
    { env: envFor(adapter.name, icd) },
  );
  failed ||= code !== 0;
}
process.exit(failed ? 1 : 0);
