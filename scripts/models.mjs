// npm run test:models [smollm2 gemma3]: ours beside llama.cpp on published files, which are fetched first (350 MB, and the
// engine's 700 MB, into MODELS=folder or the user's cache; 1.1 GB more while a model is tested). On the first software
// adapter found, or ADAPTER=name; ADAPTER=system takes this machine's GPU.
import { createWriteStream, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { adapters, envFor, find } from './adapters.mjs';
import { install, requireNode20, root, run } from './lib.mjs';
import { ENGINE, fetchEngine, fetchModel, folder, models } from './models/fetch.mjs';

requireNode20();
const asked = process.argv.slice(2);
const unknown = asked.find((id) => !Object.hasOwn(models, id));
if (unknown) {
  console.error(`'${unknown}' is none of ${Object.keys(models).join(', ')}`);
  process.exit(2);
}
await install('all');
const wanted = process.env.ADAPTER;
const adapter = adapters.find((a) => (wanted ? a.name === wanted : find(a)));
const env = adapter && find(adapter) ? envFor(adapter.name, find(adapter)) : process.env;

const viteNode = (script, ...args) =>
  run(process.execPath, [join(root, 'node_modules/vite-node/vite-node.mjs'), script, ...args], { env, shell: false });

/** What the other engine says, written to a file. */
async function askPeer(file, ...args) {
  const child = spawn(process.execPath, [join(root, 'scripts/models/peer.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(createWriteStream(file));
  return new Promise((resolve) => child.on('close', resolve));
}

let failed = false;
const engine = await fetchEngine();
for (const id of asked.length > 0 ? asked : Object.keys(models)) {
  const model = await fetchModel(id);
  const [peer, exact] = [join(folder, `${id}-peer.json`), join(folder, `${id}-exact.json`)];
  const wide = join(folder, `${id}-f32.gguf`);
  console.log(`\n${models[id].file} on ${adapter?.name ?? 'this machine'}, beside ${ENGINE}`);
  const told =
    (await askPeer(peer, engine, model)) ||
    (await viteNode('scripts/models/widen.ts', model, wide)) ||
    (await askPeer(exact, engine, wide, 'exact'));
  rmSync(wide, { force: true });
  if (told !== 0) console.error(`  ✗ ${ENGINE} ended with ${told}`);
  const code = told === 0 ? await viteNode('scripts/models/ours.ts', model, peer, exact) : 1;
  failed ||= code !== 0;
}
process.exit(failed ? 1 : 0);
