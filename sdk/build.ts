import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('./', import.meta.url))

/** Scripts that a page loads by itself, each from its own source: they set globals. */
const SCRIPTS = { my2c2p: 'src/my2c2p/script.ts' }

/** Builds the package into `dist`: modules, their types for `import` and `require`, and scripts. */
export async function buildSdk(): Promise<void> {
  await build({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' })
  writeFileSync(`${ROOT}dist/cjs/package.json`, '{ "type": "commonjs" }\n')
  buildTypes()
  for (const [name, source] of Object.entries(SCRIPTS)) await buildScript(name, source)
}

function buildTypes(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = compiler.replace('package.json', 'bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', `${ROOT}tsconfig.build.json`], { stdio: 'inherit' })
  for (const name of globSync('**/*.d.ts', { cwd: `${ROOT}dist/esm` })) {
    // The compiler leaves the sources' names in declarations.
    const types = readFileSync(`${ROOT}dist/esm/${name}`, 'utf8').replace(
      /(from '\.[^']*|import\("\.[^"]*)\.ts(?=['"])/g,
      '$1.js',
    )
    writeFileSync(`${ROOT}dist/esm/${name}`, types)
    mkdirSync(dirname(`${ROOT}dist/cjs/${name}`), { recursive: true })
    writeFileSync(`${ROOT}dist/cjs/${name}`, types)
  }
}

async function buildScript(name: string, source: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: `${ROOT}dist/browser`,
      emptyOutDir: false,
      target: 'es2022',
      lib: {
        entry: ROOT + source,
        formats: ['iife'],
        name,
        fileName: () => `${name}.min.js`,
      },
    },
  })
}

if (import.meta.main) await buildSdk()
