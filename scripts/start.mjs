// npm start: installs what is missing, builds when something changed, serves the build and prints the address.
// npm start -- --api[=MODEL]: also answers OpenAI's requests with a language model, on this machine alone.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, requireNode20, root } from './lib.mjs';

const api = /^--api(?:=(.+))?$/.exec(process.argv[2] ?? '');
const unknown = process.argv[api ? 3 : 2];
if (unknown !== undefined) {
  console.error(
    `'${unknown}' is not known: npm start takes nothing, or -- --api=MODEL. PORT=8080 npm start serves on another port.`,
  );
  process.exit(2);
}
requireNode20();
// Dawn, which runs the model outside of a browser, is among the packages of the tests.
await install(api ? 'all' : 'app');

/** Names, sizes and times of everything the build reads: cheap, and changes whenever a file does. */
function sources() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const info = statSync(path);
    if (info.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
  };
  for (const name of [
    'src',
    'shaders',
    'public',
    'scripts',
    'index.html',
    'vite.config.ts',
    'package.json',
    'package-lock.json',
  ])
    visit(join(root, name));
  return hash.digest('hex');
}

const { build, preview } = await import('vite');
const stamp = join(root, 'dist', '.built');
const now = sources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  console.log('Building …');
  await build({ root, logLevel: 'warn' });
  writeFileSync(stamp, now);
}

const wanted = Number(process.env.PORT ?? 4173);
const server = await preview({
  root,
  logLevel: 'warn',
  preview: { host: '127.0.0.1', port: wanted, strictPort: false },
});
const address = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${wanted}/`;
console.log(`\n  Stepscope is at ${address}\n  Chrome or Edge 121 or newer runs it on your GPU. Ctrl+C stops it.\n`);

if (api) {
  const program = join(root, 'bin/stepscope.mjs');
  const child = spawn(process.execPath, [program, 'api', api[1] ?? 'sotu'], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
}

// A browser is opened only on an interactive machine with a display.
const screen =
  process.platform === 'darwin' || process.platform === 'win32' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
if (!api && screen && process.stdout.isTTY && !process.env.CI) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };
  const [command, ...args] = [...(openers[process.platform] ?? ['xdg-open']), address];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
