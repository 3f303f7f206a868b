// npm run pack [-- --out=file.tar.gz]: one archive under 60 MB for a machine with a GPU and no network (Linux, x86-64):
// this node, Dawn, the built suites, weights and golden values. What is in it and how to run it: README.txt.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { build } from 'vite';
import { root } from '../lib.mjs';

/** Bytes that the archive may have. */
export const MOST_BYTES = 60e6;
const here = join(root, 'scripts/pack');
/** What is taken from the repository as it is: the suites look these up beside their sources. */
const taken = [
  'LICENSE',
  'package.json',
  'bin/stepscope.mjs',
  'public/models',
  'training/golden-language',
  'training/language/golden',
];

function refuse(message) {
  console.error(message);
  process.exit(1);
}

/** Lays everything out in a folder. */
export async function layOut(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    refuse(
      `The bundle is for Linux on x86-64, and takes node and Dawn from here; this is ${process.platform} on ${process.arch}.`,
    );
  const libraries = spawnSync('ldd', [process.execPath], { encoding: 'utf8' }).stdout ?? '';
  if (/libnode/.test(libraries))
    refuse(`${process.execPath} keeps itself in a shared library, which would stay behind: use a build of nodejs.org.`);

  await build({ configFile: join(here, 'vite.config.ts'), build: { outDir: join(folder, 'suites') } });
  for (const path of taken) cpSync(join(root, path), join(folder, path), { recursive: true });
  for (const name of ['run.mjs', 'run.sh', 'README.txt']) cpSync(join(here, name), join(folder, name));
  cpSync(realpathSync(process.execPath), join(folder, 'bin/node'));
  // Its symbols are 3 MB of the archive, and nobody debugs node there.
  spawnSync('strip', ['-s', join(folder, 'bin/node')]);
  for (const name of ['bin/node', 'run.sh']) chmodSync(join(folder, name), 0o755);

  const dawn = join(root, 'node_modules/webgpu');
  for (const name of ['package.json', 'index.js', 'LICENSE.md', 'dist/linux-x64'])
    cpSync(join(dawn, name), join(folder, 'node_modules/webgpu', name), { recursive: true });

  // The loader that Dawn finds drivers with, for machines that have a driver only.
  const loader = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib']
    .map((place) => join(place, 'libvulkan.so.1'))
    .find((path) => existsSync(path));
  if (loader) cpSync(realpathSync(loader), join(folder, 'lib/libvulkan.so.1'));

  const version = (path) => JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version;
  const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  const bundle = {
    packed: new Date().toISOString(),
    ...(commit.status === 0 && { commit: commit.stdout.trim() }),
    versions: { stepscope: version('.'), webgpu: version('node_modules/webgpu'), node: process.versions.node },
    vulkanLoader: Boolean(loader),
    peers: 'left out: the bench times our kernels alone',
  };
  writeFileSync(join(folder, 'bundle.json'), `${JSON.stringify(bundle, null, 1)}\n`);
}

/** The folder as a tar.gz, names beginning with `stepscope/`. */
async function archive(folder, file) {
  const tar = spawn('tar', ['--owner=0', '--group=0', '--sort=name', '-c', '-C', folder, 'stepscope'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => tar.on('close', done));
  await pipeline(tar.stdout, createGzip({ level: 9 }), createWriteStream(file));
  if ((await ended) !== 0) refuse('tar failed');
}

async function main() {
  const out = process.argv.find((a) => a.startsWith('--out='))?.slice(6);
  const file = resolve(out ?? join(root, 'dist-pack', `stepscope-${process.platform}-${process.arch}.tar.gz`));
  mkdirSync(resolve(file, '..'), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'stepscope-pack-'));
  try {
    mkdirSync(join(folder, 'stepscope'));
    await layOut(join(folder, 'stepscope'));
    await archive(folder, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const bytes = statSync(file).size;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB, sha256 ${hash.digest('hex')}`);
  if (bytes > MOST_BYTES) refuse(`It may have ${MOST_BYTES / 1e6} MB.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
