import { execFileSync, spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

/** For every platform: tests reach this machine and nothing else, whatever proxy is set. */
const ARGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

/**
 * Starts a headless Chromium that works offline, and as root in a container. Close it after use.
 *
 * Linux on x64 runs the one that npm brought; elsewhere Google Chrome must be installed.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return chromium.launch({ channel: 'chrome', args: ARGS })
  }
  const dir = await unpacked()
  const libraries = join(dir, 'lib')
  return closingInTime(
    await chromium.launch({
      executablePath: join(dir, 'chromium'),
      args: [...ARGS, '--no-sandbox', '--no-zygote'],
      env: existsSync(libraries) ? { ...process.env, LD_LIBRARY_PATH: libraries } : process.env,
    }),
  )
}

const CLOSING_MS = 5_000

/** A page that wanted another program opened can keep this Chromium from ever closing it. */
async function closingInTime(browser: Browser): Promise<Browser> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const main = processInfo.find(({ type }) => type === 'browser')
  const [close, newContext] = [browser.close.bind(browser), browser.newContext.bind(browser)]
  const inTime = async (closing: Promise<void>) => {
    const waiting = new AbortController()
    const late = sleep(CLOSING_MS, 'late' as const, waiting).catch(() => undefined)
    // With its browser gone it is as closed as can be.
    const first = await Promise.race([closing.catch(() => undefined), late])
    waiting.abort()
    if (first === 'late' && main !== undefined) process.kill(main.id, 'SIGKILL')
  }
  return Object.assign(browser, {
    close: () => inTime(close()),
    async newContext(options?: BrowserContextOptions) {
      const context = await newContext(options)
      const closeContext = context.close.bind(context)
      return Object.assign(context, { close: () => inTime(closeContext()) })
    },
  })
}

// The package's own executablePath() unpacks into a shared /tmp and lets a second process run a
// file that the first is still writing. Ours appears under its name at once and complete.
async function unpacked(): Promise<string> {
  const root = new URL('../../', import.meta.resolve('@sparticuz/chromium'))
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const { version } = manifest as { version: string }
  const dir = join(CACHE, `chromium-${version}`)
  if (existsSync(dir)) return dir
  await mkdir(CACHE, { recursive: true })
  const draft = await mkdtemp(join(CACHE, 'chromium-draft-'))
  try {
    await unpackInto(draft, new URL('bin/', root))
    await rename(draft, dir)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process may have been faster; then there is one to use.
    if (!existsSync(dir)) throw error
  }
  return dir
}

async function unpackInto(dir: string, packed: URL): Promise<void> {
  const binary = join(dir, 'chromium')
  await pipeline(
    createReadStream(new URL('chromium.br', packed)),
    createBrotliDecompress(),
    createWriteStream(binary, { mode: 0o755 }),
  )
  // Small images lack the NSS libraries; the package brings them.
  if (spawnSync(binary, ['--version', '--no-sandbox']).status === 0) return
  const input = brotliDecompressSync(readFileSync(new URL('al2023.tar.br', packed)))
  execFileSync('tar', ['-x', '-C', dir], { input })
}
