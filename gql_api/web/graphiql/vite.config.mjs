// Bundles the page so that everything it needs comes from the server that serves it. See src/main.jsx.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const FONTS = 'node_modules/.fonts';

// GraphiQL's style sheet carries its fonts as data: addresses, which the page's policy (font-src 'self') refuses.
// They become files of their own, which a browser loads only if it uses them.
function fontsAsFiles() {
  return {
    name: 'fonts-as-files',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith('/graphiql/dist/style.css')) return null;
      mkdirSync(FONTS, { recursive: true });
      return readFileSync(id, 'utf8').replace(
        /url\((["']?)data:(?:font|application)\/([\w-]+);[^)]*?base64,([A-Za-z0-9+/=]+)\1\)/g,
        (_, quote, type, data) => {
          const bytes = Buffer.from(data, 'base64');
          const name = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
          const file = join(import.meta.dirname, FONTS, `${name}.${type.replace('font-', '').replace('x-', '')}`);
          writeFileSync(file, bytes);
          return `url("${file}")`;
        },
      );
    },
  };
}

export default defineConfig({
  root: 'src',
  base: '/graphql/',
  logLevel: 'warn',
  plugins: [fontsAsFiles()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    target: 'es2022',
    rolldownOptions: {
      // React packages mark modules with "use client", which means nothing in a bundle for browsers.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  worker: { format: 'es' },
});
