import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const bench = import.meta.dirname;
const root = join(bench, '..');
/**
 * URL prefixes and the folders they stand for. Releases are served as they are: they find their binaries by file name.
 */
const folders: readonly (readonly [string, string])[] = [
  ['/release/onnxruntime-web/', join(bench, 'node_modules/onnxruntime-web/dist')],
  ['/release/transformers/', join(bench, 'node_modules/@huggingface/transformers/node_modules/onnxruntime-web/dist')],
  ['/repo/bench/models/', join(bench, 'models')],
  ['/repo/public/models/', join(root, 'public/models')],
];
const types: Readonly<Record<string, string>> = {
  mjs: 'text/javascript',
  js: 'text/javascript',
  wasm: 'application/wasm',
  json: 'application/json',
};
// Two headers make the page cross-origin isolated: a clock of 5 µs instead of 100, and threads for WASM.
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const files: Plugin = {
  name: 'files-of-peers-and-models',
  configurePreviewServer(server) {
    server.middlewares.use((request, response, next) => {
      const url = decodeURIComponent((request.url ?? '').split('?')[0]!);
      const found = folders.find(([prefix]) => url.startsWith(prefix));
      if (!found) return next();
      const path = normalize(join(found[1], url.slice(found[0].length)));
      if (!path.startsWith(found[1] + sep) || !existsSync(path) || !statSync(path).isFile()) {
        response.statusCode = 404;
        return response.end();
      }
      for (const [name, value] of Object.entries(isolated)) response.setHeader(name, value);
      response.setHeader('Content-Type', types[path.split('.').at(-1)!] ?? 'application/octet-stream');
      response.setHeader('Content-Length', statSync(path).size);
      createReadStream(path).pipe(response);
    });
  },
};

/** `--ssr` builds the Node program (src/node.ts), otherwise the page. */
export default defineConfig(({ isSsrBuild }) => ({
  root: bench,
  publicDir: false as const,
  plugins: [files],
  logLevel: 'warn' as const,
  preview: { headers: isolated },
  // Peers are built into the Node program: some of them mark no file as a module.
  ssr: { noExternal: true as const, external: ['webgpu', '@huggingface/transformers'] },
  build: {
    target: 'es2023',
    outDir: isSsrBuild ? 'dist/node' : 'dist/page',
    emptyOutDir: true,
    chunkSizeWarningLimit: 10_000,
  },
}));
