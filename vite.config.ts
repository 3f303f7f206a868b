import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { serviceWorker } from './scripts/serviceWorker.mjs';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

// The development server injects scripts and styles that the page's content security policy rightly forbids.
const policyOff: Plugin = {
  name: 'no-policy-while-developing',
  apply: 'serve',
  transformIndexHtml: (html, { server }) =>
    server ? html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '') : html,
};

const workerName = (path: string): string => `${/labs\/(\w+)\/worker/.exec(path)?.[1] ?? 'some'}Worker`;

// `base: './'` makes the build a folder that works from any path of any host.
export default defineConfig({
  base: './',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [react(), policyOff, serviceWorker(import.meta.dirname) as Plugin],
  worker: {
    format: 'es',
    rollupOptions: {
      output: {
        // Every lab's worker is labs/<lab>/worker/entry.ts: its file is told apart by the lab's name.
        entryFileNames: ({ facadeModuleId }) => `assets/${workerName(facadeModuleId ?? '')}-[hash].js`,
      },
    },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 1200 },
});
