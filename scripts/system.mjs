// Browser and software Vulkan driver for the tests: with apt on Debian as root, otherwise what is there already.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { firstCommand, run } from './lib.mjs';

const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
const quietly = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
let updated = false;
async function aptInstall(packages, options = []) {
  if (!updated) updated = (await run('apt-get', ['update', '-qq'], quietly)) === 0;
  return (
    (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...options, ...packages], quietly)) === 0
  );
}

/** Path of a Chromium, or undefined when Playwright's own download is to be used. */
export async function installBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  let found = firstCommand(names);
  if (!found && debian) {
    console.log('Installing chromium …');
    await aptInstall(['chromium', 'fonts-liberation']);
    found = firstCommand(names);
  }
  if (found) return found.startsWith('/') ? found : execFileSync('which', [found], { encoding: 'utf8' }).trim();
  console.log('No Chrome here: using Playwright’s own download.');
  await run('npx', ['playwright', 'install', 'chromium']);
  return undefined;
}

const mesaMajor = () => {
  const out = spawnSync('dpkg-query', ['-W', '-f', '${Version}', 'mesa-vulkan-drivers'], { encoding: 'utf8' });
  return out.status === 0 ? Number(/^(?:\d+:)?(\d+)/.exec(out.stdout)?.[1] ?? 0) : 0;
};

/** Dawn needs Mesa ≥ 25; bookworm's own is 22.3, so it comes from the backports of the same mirror. */
export async function installMesa() {
  if (!debian || mesaMajor() >= 25) return;
  console.log('Installing Mesa ≥ 25 …');
  const release = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const sources = '/etc/apt/sources.list.d/debian.sources';
  if (
    release === 'bookworm' &&
    existsSync(sources) &&
    !existsSync('/etc/apt/sources.list.d/stepscope-backports.sources')
  ) {
    const stanzas = readFileSync(sources, 'utf8').split(/\n\s*\n/);
    const first = stanzas.find((s) => /^Suites:.*\bbookworm\b/m.test(s));
    if (first)
      writeFileSync(
        '/etc/apt/sources.list.d/stepscope-backports.sources',
        `${first.replace(/^Suites:.*$/m, 'Suites: bookworm-backports').trim()}\n`,
      );
    updated = false;
  }
  await aptInstall(['mesa-vulkan-drivers'], release === 'bookworm' ? ['-t', 'bookworm-backports'] : []);
}
