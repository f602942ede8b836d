import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** One bundle, as a project gets it that splits nothing. */
export default defineConfig({
  plugins: [react()],
  publicDir: false,
  build: {
    manifest: 'manifest.json',
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 9000,
    rollupOptions: { input: 'bench/whole.tsx' },
  },
});
