// Shared by the two commands. Plain Node: it must run before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command with its output shown; resolves to its exit status. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      ...options,
    });
    child.on('error', (error) => (console.error(`${command}: ${error.message}`), resolve(127)));
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** Runs a command, shows its output and returns it too; `silent` does not show it: another command is being shown. */
export function runAndRead(command, args, { silent = false, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      ...options,
    });
    let text = '';
    for (const [stream, out] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (chunk) => {
        if (!silent) out.write(chunk);
        text += chunk;
      });
    }
    child.on('error', (error) => resolve({ code: 127, text: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

const hashOf = (file) =>
  createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex');

/**
 * Installs packages unless this lockfile's are there already. `what`: 'app' (what running needs) or 'all' (the tests'
 * too).
 */
export async function install(what) {
  const stamp = join(root, 'node_modules', '.stepscope-installed.json');
  const lock = hashOf('package-lock.json');
  const have = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
  if (have.lock === lock && (have.what === 'all' || have.what === what)) return;
  console.log(`Installing ${what === 'app' ? 'what the app needs' : 'the app and its tests'} …`);
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', ...(what === 'app' ? ['--omit=dev'] : [])]);
  if (code !== 0) {
    console.error(
      '\nThe packages could not be installed. Check the connection to the npm registry and run the command again.',
    );
    process.exit(code);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ lock, what }));
}

/**
 * Chromium with WebGPU on its software adapter; without the Vulkan and ANGLE flags the device dies once a canvas is
 * configured.
 */
export const chromiumArgs = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export function requireNode20() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return;
  console.error(
    `Stepscope needs Node 20 or newer; this is Node ${process.versions.node}. See https://nodejs.org/en/download.`,
  );
  process.exit(1);
}

/** The first of these that can be executed, or undefined. */
export const firstCommand = (names) =>
  names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
