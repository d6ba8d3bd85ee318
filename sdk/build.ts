import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('./', import.meta.url))

/** Builds the package into `dist`: modules, and their types for `import` and for `require`. */
export async function buildSdk(): Promise<void> {
  await build({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' })
  writeFileSync(`${ROOT}dist/cjs/package.json`, '{ "type": "commonjs" }\n')
  buildTypes()
  copyFileSync(`${ROOT}../LICENSE`, `${ROOT}LICENSE`)
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
    writeFileSync(`${ROOT}dist/cjs/${name}`, types)
  }
}

if (import.meta.main) await buildSdk()
