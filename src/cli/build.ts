import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Part {
  /** The last file that a build of it writes. */
  readonly output: string
  readonly sources: readonly string[]
  readonly build: () => Promise<void>
}

/** What is built before it runs: what browsers load. The server itself needs no build. */
const PARTS: readonly Part[] = [
  {
    output: 'dist/page/.vite/manifest.json',
    sources: [
      'src/page/browser/**/*.{ts,tsx,css}',
      'sdk/src/card-form/*.ts',
      'vite.config.ts',
      'package-lock.json',
    ],
    async build() {
      const { build } = await import('vite')
      await build({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' })
    },
  },
  {
    output: 'dist/fields/fields.js',
    sources: ['sdk/src/**/*.{ts,css}', 'sdk/build-fields.ts', 'package-lock.json'],
    async build() {
      const { buildFields } = await import('../../sdk/build-fields.ts')
      await buildFields()
    },
  },
  {
    output: 'sdk/dist/browser/my2c2p.min.js',
    sources: ['sdk/src/**/*.ts', 'sdk/*.{ts,json}', 'package-lock.json'],
    async build() {
      const { buildSdk } = await import('../../sdk/build.ts')
      await buildSdk()
    },
  },
]

/** Builds what browsers load where that was not done since its sources changed. */
export async function buildIfNeeded(): Promise<void> {
  const isDue = PARTS.some(({ output, sources }) => {
    const built = statSync(ROOT + output, { throwIfNoEntry: false })?.mtimeMs ?? 0
    return globSync(sources, { cwd: ROOT }).some((name) => statSync(ROOT + name).mtimeMs > built)
  })
  if (isDue) await buildApart()
}

/** In a process of its own: what the builder loads would stay in the gateway's memory. */
async function buildApart(): Promise<void> {
  // What it says goes to stderr, for the gateway's log alone is on stdout.
  const child = spawn(process.execPath, [`${ROOT}src/main.ts`, 'build'], {
    stdio: ['ignore', 2, 2],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error('What browsers load could not be built')
}

/** Builds the hosted page and fields into `dist`, and the client SDK into `sdk/dist`. */
export async function buildAll(): Promise<void> {
  for (const part of PARTS) await part.build()
}
