import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds the package's modules, for `import` into `dist/esm` and for `require` into `dist/cjs`. */
export default defineConfig({
  root: pathTo('.'),
  publicDir: false,
  build: {
    outDir: pathTo('dist'),
    emptyOutDir: true,
    target: 'es2022',
    lib: {
      entry: { index: pathTo('src/index.ts') },
      formats: ['es', 'cjs'],
      fileName: (format, name) => `${format === 'es' ? 'esm' : 'cjs'}/${name}.js`,
    },
  },
})
