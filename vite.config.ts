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

/** Every lab has a lab.ts and a worker/entry.ts: in the build their files are told apart by the lab's name. */
const fileName = (path: string | null, otherwise: string): string => {
  const [, lab, worker] = /labs\/(\w+)\/(worker\/entry|lab)\.ts$/.exec(path ?? '') ?? [];
  if (lab === undefined) return `assets/${otherwise}-[hash].js`;
  return `assets/${lab}${worker === 'lab' ? 'Lab' : 'Worker'}-[hash].js`;
};

// `base: './'` makes the build a folder that works from any path of any host.
export default defineConfig({
  base: './',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [react(), policyOff, serviceWorker(import.meta.dirname) as Plugin],
  worker: {
    format: 'es',
    rollupOptions: {
      output: {
        entryFileNames: ({ facadeModuleId }) => fileName(facadeModuleId, '[name]'),
      },
    },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) => fileName(moduleIds.find((id) => /\/lab\.ts$/.test(id)) ?? null, '[name]'),
      },
    },
  },
});
