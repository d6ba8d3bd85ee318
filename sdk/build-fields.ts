import { fileURLToPath } from 'node:url'
import { build, type InlineConfig } from 'vite'

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const OUT = pathTo('../dist/fields')

const COMMON: InlineConfig = {
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  root: pathTo('src/fields'),
}

/** Builds what the gateway serves for hosted fields: the frame's document, and the script. */
export async function buildFields(): Promise<void> {
  await build({
    ...COMMON,
    base: '/sdk/fields/',
    build: {
      outDir: OUT,
      emptyOutDir: true,
      manifest: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input: pathTo('src/fields/frame.ts') },
    },
  })
  await build({
    ...COMMON,
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'es2022',
      // Nothing but TesseraFields is left behind on a merchant's page.
      lib: {
        entry: pathTo('src/fields/script.ts'),
        formats: ['iife'],
        name: 'tesseraFieldsScript',
        fileName: () => 'fields.js',
      },
    },
  })
}
