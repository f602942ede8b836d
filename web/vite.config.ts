import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes a .br and a .gz beside every text asset, so that the server compresses nothing at run time. */
function precompressed(): Plugin {
  return {
    name: 'tansuo-precompressed',
    apply: 'build',
    async writeBundle(options, bundle) {
      const folder = options.dir ?? '';
      await Promise.all(
        Object.keys(bundle)
          .filter((name) => /\.(js|css|svg)$/.test(name))
          .map(async (name) => {
            const file = path.join(folder, name);
            const data = await fs.readFile(file);
            const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
            await fs.writeFile(`${file}.br`, await promisify(brotliCompress)(data, quality));
            await fs.writeFile(`${file}.gz`, await promisify(gzip)(data, { level: 9 }));
          }),
      );
    },
  };
}

/** antd's tables measure their scroll bar with a style element that our content policy refuses: it gets the page's nonce. */
function measuredWithNonce(): Plugin {
  const call = '}`, randomId);';
  const nonce = "document.querySelector('meta[name=\"csp-nonce\"]')?.content";
  return {
    name: 'tansuo-measured-with-nonce',
    transform(code, id) {
      if (!id.endsWith('@rc-component/util/es/getScrollBarSize.js')) return null;
      if (!code.includes(call)) throw new Error(`${id} measures in another way now: look whether this plugin is still needed`);
      return { code: code.replace(call, `}\`, randomId, { csp: { nonce: ${nonce} } });`), map: null };
    },
  };
}

/** What nearly every page has: one file, since on a slow line each further one waits for its turn. */
const BASE = [
  /\/src\/(app|client)\//,
  /\/src\/lib\/(?!bytes|hash|sha256)/,
  /\/src\/components\/(?!antd)/,
  /\/src\/charts\/(Bar|CityMap|TrendChart|chartWords|geometry|charts)\b/,
  /\/src\/i18n\/[^/]+\/(chart|figure|search|shell)\b/,
  /\/node_modules\/(react|react-dom|scheduler|react-router|@tanstack)\//,
  /rolldown[/-]runtime|vite\/preload-helper/,
];

export default defineConfig({
  base: '/',
  plugins: [react(), measuredWithNonce(), precompressed()],
  publicDir: false,
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    manifest: 'manifest.json',
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: 'src/app/main.tsx',
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'base', test: (id) => BASE.some((one) => one.test(id)) }],
        },
      },
    },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
