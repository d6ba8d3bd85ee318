import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildIfNeeded } from '../src/cli/build.ts'
import { startTestServer } from './support/server.ts'

const TEST_FILES = [
  'src/**/*.test.ts',
  'sdk/src/**/*.test.ts',
  'test/*/**/*.test.ts',
  'test/*.test.ts',
]

/**
 * Runs every test against one PostgreSQL, then sweeps what they left behind: database, write-ahead
 * log and logs must hold no card number. Arguments name test files; none is all.
 */
const named = process.argv.slice(2)
const files = named.length > 0 ? named : globSync(TEST_FILES)
const [sweeps, tests] = [true, false].map((isSweep) =>
  files.filter((file) => file.startsWith('test/after/') === isSweep).sort(),
)

await buildIfNeeded()
const server = await startTestServer()
const env = {
  ...process.env,
  TESSERA_TEST_DATABASE: server.url,
  TESSERA_TEST_RUN: server.runDir,
  // Every test file and every program that a test starts loads the same modules: compiled once.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
}

let failed = false
try {
  for (const group of [tests, sweeps]) {
    if (group === undefined || group.length === 0) continue
    const limits = ['--test-concurrency=2', '--test-timeout=120000', '--test-force-exit']
    const args = ['--test', ...limits, ...group]
    const child = spawn(process.execPath, args, { stdio: 'inherit', env })
    const [code] = (await once(child, 'exit')) as [number | null]
    failed ||= code !== 0
  }
} finally {
  await server.stop()
}
process.exitCode = failed ? 1 : 0
