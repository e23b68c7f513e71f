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

// A variable or an input's field with a default may be left out. The language service asks for it all the same, and the
// editor of variables would underline what the server takes. A release that reads otherwise stops the build.
const WITHOUT_DEFAULTS = {
  '/getVariablesJSONSchema.js': [
    'if (fieldRequired) {',
    'if (fieldRequired && field.defaultValue === undefined) {',
  ],
  '/collectVariables.js': [
    'const { variable, type } of variableDefinitions) {',
    `const { variable, type: written, defaultValue } of variableDefinitions) {
      const type = defaultValue && written.kind === Kind.NON_NULL_TYPE ? written.type : written;`,
  ],
};

function defaultsMayBeLeftOut() {
  return {
    name: 'defaults-may-be-left-out',
    transform(code, id) {
      const file = Object.keys(WITHOUT_DEFAULTS).find((name) => id.endsWith(`graphql-language-service/esm/utils${name}`));
      if (!file) return null;
      const [written, meant] = WITHOUT_DEFAULTS[file];
      if (!code.includes(written)) this.error(`${file} reads otherwise: see whether it still asks for what has a default`);
      return { code: code.replace(written, meant), map: null };
    },
  };
}

export default defineConfig({
  root: 'src',
  base: '/graphql/',
  logLevel: 'warn',
  plugins: [fontsAsFiles(), defaultsMayBeLeftOut()],
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
  worker: { format: 'es', plugins: () => [defaultsMayBeLeftOut()] },
});
