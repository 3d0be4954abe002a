import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Whoever reads the page's code reads page/; the package has no sources.
    sourcemap: false,
    // An address inside a style sheet or a script would need exceptions in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
