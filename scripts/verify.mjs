// npm run verify -- [--sections=kernels,samplers,…] [--first=matmul,dpmpp_2m] [--bail] [--quiet] [--json=report.json]:
// the page's "verify on my GPU" in Node, on every software adapter present; ADAPTER=name picks one, ADAPTER=system
// takes the machine's own GPU.
import { join } from 'node:path';
import { adapters, envFor, find } from './adapters.mjs';
import { root, run } from './lib.mjs';

const verify = (env) =>
  run(
    process.execPath,
    [join(root, 'node_modules/vite-node/vite-node.mjs'), join(root, 'scripts/verify.ts'), ...process.argv.slice(2)],
    { env },
  );
const wanted = process.env.ADAPTER;
let failed = false;
let found = 0;
if (wanted === 'system') {
  found++;
  failed = (await verify({ ...process.env, GPU_ADAPTER: 'system' })) !== 0;
} else
  for (const adapter of adapters.filter((a) => !wanted || a.name === wanted)) {
    const icd = find(adapter);
    if (!icd) {
      console.error(`${adapter.name}: not found; install ${adapter.install}`);
      failed ||= Boolean(process.env.CI) || Boolean(wanted);
      continue;
    }
    found++;
    // Not `failed ||= await …`: the second adapter is verified even if the first failed.
    const code = await verify(envFor(adapter.name, icd));
    failed ||= code !== 0;
  }
if (found === 0)
  console.error(
    `No adapter to verify: ADAPTER is ${wanted ?? 'not set'}; there are ${adapters.map((a) => a.name).join(', ')} and system.`,
  );
process.exit(failed || found === 0 ? 1 : 0);
