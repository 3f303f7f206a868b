// Builds the command line for Node, into a folder that is named after the sources it was built from.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the program is made of. */
const SOURCES = ['src', 'shaders'];
const ENTRY = 'src/cli/main.ts';
/** Builds that are kept: of this clone, and of others that share its packages. */
const KEPT = 8;

/** A text that changes when a source does: names, sizes and times, which are quick to ask for. */
function stateOf(root) {
  const hash = createHash('sha256').update(root).update(process.version);
  for (const folder of SOURCES)
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(ts|json|wgsl)$/.test(name) || name.endsWith('.test.ts')) continue;
      const { size, mtimeMs } = statSync(join(root, folder, name));
      hash.update(`${name}\0${size}\0${mtimeMs}\n`);
    }
  return hash
    .update(readFileSync(join(root, 'package.json')))
    .digest('hex')
    .slice(0, 16);
}

/** Beside the packages; where they are read only, among the temporary files. */
function cacheFolder(root) {
  const beside = join(root, 'node_modules/.cache/stepscope');
  try {
    mkdirSync(beside, { recursive: true });
    accessSync(beside, constants.W_OK);
    return beside;
  } catch {
    const temporary = join(tmpdir(), `stepscope-${process.getuid?.() ?? 'user'}`);
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    return temporary;
  }
}

function dropOldest(cache) {
  const old = readdirSync(cache)
    .map((name) => ({
      path: join(cache, name),
      at: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.at - a.at)
    .slice(KEPT);
  // Others that were built meanwhile may have done the same.
  for (const { path } of old) rmSync(path, { recursive: true, force: true });
}

/** The path of the built program. */
export async function built(root) {
  const cache = cacheFolder(root);
  const folder = join(cache, stateOf(root));
  const program = join(folder, 'main.js');
  if (existsSync(program)) return program;
  if (process.stderr.isTTY) process.stderr.write('Building the command line, once …\n');
  const { build } = await import('vite');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // Several processes may build at once: each in a folder of its own, and the first one's is taken.
  const own = mkdtempSync(join(cache, 'building-'));
  try {
    await build({
      configFile: false,
      root,
      publicDir: false,
      logLevel: 'error',
      define: { __APP_VERSION__: JSON.stringify(version) },
      ssr: { noExternal: true },
      build: {
        ssr: join(root, ENTRY),
        outDir: own,
        emptyOutDir: true,
        target: 'node20',
        minify: false,
        chunkSizeWarningLimit: 10_000,
        // One file: nothing of a build is loaded after its start, so an old one can go while it runs.
        rollupOptions: { output: { entryFileNames: 'main.js', inlineDynamicImports: true } },
      },
    });
    renameSync(own, folder); // fails where another process was first
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(program)) throw error;
  }
  dropOldest(cache);
  return program;
}
