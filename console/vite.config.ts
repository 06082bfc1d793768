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

/**
 * What the form library imports and this console has no use for: its usual validator, for a registry of its own tests
 * (ours is `form/validator.ts`), and a renderer of Markdown: text is shown here as it was written.
 */
const instead: Readonly<Record<string, string>> = {
  '@rjsf/validator-ajv8': 'export default undefined;',
  'markdown-to-jsx/react': 'export const Markdown = ({ children }) => children;',
};
const withoutUnused: Plugin = {
  name: 'without-unused',
  enforce: 'pre',
  resolveId: (id) => (id in instead ? `\0${id}` : null),
  load: (id) => instead[id.slice(1)] ?? null,
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/app/',
  plugins: [themeCss, withoutUnused],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  logLevel: 'warn',
});
