// npm start: installs what is missing, builds when something changed, serves the build and prints the address.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, requireNode20, root } from './lib.mjs';

if (process.argv.length > 2) {
  console.error(
    `npm start takes no arguments; '${process.argv[2]}' is not known. PORT=8080 npm start serves on another port.`,
  );
  process.exit(2);
}
requireNode20();
await install('app');

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

// A browser is opened only on an interactive machine with a display.
const screen =
  process.platform === 'darwin' || process.platform === 'win32' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
if (screen && process.stdout.isTTY && !process.env.CI) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };
  const [command, ...args] = [...(openers[process.platform] ?? ['xdg-open']), address];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
