// The cases in headless Chromium, with the processor time of its processes as a second clock.
/* global window -- in functions that the page runs */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { root } from '../scripts/lib.mjs';

const bench = join(root, 'bench');
const configFile = join(bench, 'vite.config.ts');
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu-watchdog',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
const flags = {
  swiftshader: [
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
    '--use-vulkan=swiftshader',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
  ],
  gpu: ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'],
};

export async function inChromium(options, name, say) {
  // A folder of its own: another run that builds meanwhile must not remove this one's files.
  const outDir = join(bench, `dist/page-${process.pid}`);
  await build({ configFile, build: { outDir } });
  const server = await preview({ configFile, build: { outDir }, preview: { host: '127.0.0.1', port: 4315 } });
  const executablePath =
    process.env.CHROMIUM ??
    [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ].find((path) => existsSync(path));
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...flags[name], ...quiet],
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`page: ${error.message}`));
    page.on('console', (message) => {
      if (process.env.BENCH_VERBOSE) console.error(`console: ${message.text()}`);
    });
    await page.exposeFunction('benchSay', say);
    const clock = await processorClock(browser);
    if (clock) await page.exposeFunction('benchCpu', clock);
    await page.goto(server.resolvedUrls.local[0]);
    await page.waitForFunction(() => typeof window.stepscopeBench === 'function', undefined, { timeout: 60_000 });
    const crashed = new Promise((_, reject) => {
      page.on('crash', () => reject(new Error('the page crashed')));
      browser.on('disconnected', () => reject(new Error('the browser went away')));
    });
    const report = await Promise.race([page.evaluate((o) => window.stepscopeBench(o), options), crashed]);
    return { runtime: `Chromium ${browser.version()}`, ...report };
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * Milliseconds of processor time that the GPU process or the page's process has used, by the kernel's own count: Linux
 * only.
 */
async function processorClock(browser) {
  if (process.platform !== 'linux') return undefined;
  const session = await browser.newBrowserCDPSession();
  const find = async (type) =>
    (await session.send('SystemInfo.getProcessInfo')).processInfo
      .filter((p) => p.type === type)
      .sort((a, b) => b.cpuTime - a.cpuTime)[0]?.id;
  const pids = {};
  return async (which) => {
    const pid = (pids[which] ??= await find(which === 'gpu' ? 'GPU' : 'renderer'));
    try {
      // schedstat counts nanoseconds a thread; stat counts hundredths of a second.
      return readdirSync(`/proc/${pid}/task`).reduce(
        (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
        0,
      );
    } catch {
      return null;
    }
  };
}
