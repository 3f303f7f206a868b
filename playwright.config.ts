import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';

const port = Number(process.env['PORT'] ?? 4310);
// A Chromium that is installed here, else Playwright's own download.
const chromium =
  process.env['CHROMIUM'] ??
  [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => existsSync(path));
// Software WebGPU in headless Chromium. The Vulkan and ANGLE flags keep the device alive once a canvas is configured.
const software = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // Each has a browser of its own, and SwiftShader compiles on one core. Most of a test is waiting for that.
  workers: 2,
  // Under npm test a second try, named as such: one wait of a hundred that a loaded machine did not keep is no fault.
  retries: process.env['REQUIRE_WEBGPU'] === '1' ? 1 : 0,
  // The short tier (docs/decisions/0016-two-tiers.md); by hand all run.
  ...(process.env['FULL'] === '0' && { grepInvert: /@full/ }),
  forbidOnly: true,
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    launchOptions: { ...(chromium && { executablePath: chromium }), args: [...software, ...quiet, ...root] },
  },
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
