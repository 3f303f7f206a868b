import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { headers, isolation } from './scripts/hosting.ts';
import { serviceWorker } from './scripts/serviceWorker.mjs';
import { withoutTexts } from './scripts/withoutTexts.ts';
import { stripWgsl } from './src/gpu/stripWgsl.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

// The development server injects scripts and styles that the page's content security policy rightly forbids.
const policyOff: Plugin = {
  name: 'no-policy-while-developing',
  apply: 'serve',
  transformIndexHtml: (html, { server }) =>
    server ? html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, '') : html,
};

/** Every lab has a lab.ts and a worker/entry.ts: in the build their files are told apart by the lab's name. */
const fileName = (path: string | null, otherwise: string): string => {
  const [, lab, worker] = /labs\/(\w+)\/(worker\/entry|lab)\.ts$/.exec(path ?? '') ?? [];
  if (lab === undefined) return `assets/${otherwise}-[hash].js`;
  return `assets/${lab}${worker === 'lab' ? 'Lab' : 'Worker'}-[hash].js`;
};

/** The kernel lab shows shaders as they were compiled, so its worker has them with their comments. */
const showsSources = /labs\/kernels\/worker\/entry\.ts/;

/** Shaders without comments and blanks, in the build alone. */
const strippedShaders = (): Plugin => {
  let whole = false;
  return {
    name: 'stripped-shaders',
    apply: 'build',
    enforce: 'pre',
    buildStart({ input }) {
      whole = Object.values(input).some((entry: string) => showsSources.test(entry));
    },
    load(id) {
      if (whole || !id.endsWith('.wgsl?raw')) return null;
      const file = id.slice(0, -'?raw'.length);
      this.addWatchFile(file);
      return `export default ${JSON.stringify(stripWgsl(readFileSync(file, 'utf8')))};`;
    },
  };
};

/** Chunks are named for what they hold: a lab, a shader, or whatever Rollup calls them. */
const chunkFileNames = ({ moduleIds }: { readonly moduleIds: readonly string[] }): string => {
  const shader = moduleIds.length === 1 ? /([\w.]+)\.wgsl\?raw$/.exec(moduleIds[0]!)?.[1] : undefined;
  if (shader !== undefined) return `assets/shaders/${shader}-[hash].js`;
  return fileName(moduleIds.find((id) => id.endsWith('/lab.ts')) ?? null, '[name]');
};

// `base: './'` makes the build a folder that works from any path of any host.
export default defineConfig({
  base: './',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [react(), policyOff, strippedShaders(), serviceWorker(import.meta.dirname) as Plugin],
  // The policy forbids what the development server injects, so while developing there is isolation alone.
  server: { headers: isolation },
  preview: { headers: { ...headers } },
  worker: {
    format: 'es',
    plugins: () => [strippedShaders(), withoutTexts()],
    rollupOptions: {
      output: {
        entryFileNames: ({ facadeModuleId }) => fileName(facadeModuleId, '[name]'),
        chunkFileNames,
      },
    },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        // Shared code is often called index, after a registry.
        entryFileNames: 'assets/page-[hash].js',
        chunkFileNames,
      },
    },
  },
});
