/**
 * Builds the suites of the bundle as Node programs. What they read from disk they look up beside their own sources:
 * `import.meta.url` of a module becomes the place that its source would have in the unpacked bundle.
 */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** They stay outside, and the bench says of each that it is not there. */
const peers = ['@huggingface/transformers', '@jax-js/jax', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'];

const whereSourcesWere: Plugin = {
  name: 'where-sources-were',
  transform(code, id) {
    const path = relative(root, id.split('?')[0]!).split(sep).join('/');
    if (path.startsWith('..') || path.includes('node_modules') || !code.includes('import.meta.url')) return null;
    // Every file of the build lies in suites/, one folder below the bundle's root.
    return { code: code.replaceAll('import.meta.url', `new URL('../${path}', import.meta.url).href`), map: null };
  },
};

export default defineConfig({
  root,
  publicDir: false,
  logLevel: 'warn',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [whereSourcesWere],
  ssr: { noExternal: true, external: ['webgpu'] },
  build: {
    ssr: true,
    target: 'es2023',
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000,
    rollupOptions: {
      external: ['webgpu', ...peers],
      input: {
        adapter: join(root, 'scripts/pack/adapter.ts'),
        verify: join(root, 'scripts/verify.ts'),
        bench: join(root, 'bench/src/node.ts'),
        speed: join(root, 'scripts/measure.ts'),
        language: join(root, 'scripts/measureLanguage.ts'),
        stepscope: join(root, 'src/cli/main.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
