import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the hosted payment page: one script, one style sheet, and a manifest that names them. */
export default defineConfig({
  root: pathTo('src/page/browser'),
  base: '/page-assets/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: pathTo('dist/page'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // The page's policy refuses data: URLs and scripts without its nonce.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: pathTo('src/page/browser/main.tsx') },
  },
})
