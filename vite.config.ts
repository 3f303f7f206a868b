import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `base: './'` makes the build a folder that works from any path of any host.
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 1200 },
});
