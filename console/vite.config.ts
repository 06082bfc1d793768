/** Builds the console into `dist`: files that any static server can give out under `/app`. */
import { fileURLToPath } from 'node:url';
import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import { defineConfig, type Plugin } from 'vite';
import { theme } from './theme.ts';

const ID = 'virtual:theme.css';

/** Mantine would write the variables of the theme into the page as it starts; the content security policy forbids that. */
const themeCss: Plugin = {
  name: 'theme-css',
  resolveId: (id) => (id === ID ? `\0${ID}` : null),
  load: (id) =>
    id === `\0${ID}` ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme))) : null,
};

/** The form library imports its usual validator for a registry of its own tests; ours has no place for it (`form/validator.ts`). */
const withoutAjv: Plugin = {
  name: 'without-ajv',
  enforce: 'pre',
  resolveId: (id) => (id === '@rjsf/validator-ajv8' ? '\0without-ajv' : null),
  load: (id) => (id === '\0without-ajv' ? 'export default undefined;' : null),
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/app/',
  plugins: [themeCss, withoutAjv],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  logLevel: 'warn',
});
