import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { buildIfNeeded } from '../src/cli/build.ts'

// The reference of the client SDK, from the docstrings of what it exports.

const ROOT = fileURLToPath(new URL('../', import.meta.url))

const FILE = `${ROOT}docs/sdk-api.md`

/** An entry of API Extractor's model, as far as it is shown. */
interface Entry {
  readonly kind: string
  readonly name?: string
  /** As a comment of TSDoc, with its stars. */
  readonly docComment?: string
  readonly excerptTokens?: readonly { readonly text: string }[]
  readonly members?: readonly Entry[]
}

const CHAPTERS: readonly (readonly [title: string, kinds: readonly string[]])[] = [
  ['Objects and functions', ['Variable', 'Function']],
  ['Classes', ['Class']],
  ['Types', ['Interface', 'TypeAlias']],
]

/**
 * The reference as Markdown.
 *
 * @throws Error with what is wrong with a docstring, or with what is exported.
 */
export async function renderSdkDocs(): Promise<string> {
  await buildIfNeeded()
  const entries = await extract()
  const chapters = CHAPTERS.map(([title, kinds]) => {
    const ofKind = entries.filter(({ kind }) => kinds.includes(kind))
    return [`## ${title}`, ...ofKind.map(section)].join('\n\n')
  })
  const head =
    '# SDK reference\n\nEverything that `@tessera/sdk` exports; [sdk.md](sdk.md) says how to use it.\n' +
    'Made by `npm run docs` from the docstrings.'
  return `${[head, ...chapters].join('\n\n')}\n`
}

async function extract(): Promise<readonly Entry[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-docs-'))
  try {
    const apiJsonFilePath = join(folder, 'sdk.api.json')
    const faults: string[] = []
    Extractor.invoke(configurationOf(apiJsonFilePath), {
      localBuild: true,
      messageCallback(message) {
        message.handled = true
        const isFault = ['warning', 'error'].includes(message.logLevel)
        if (isFault && message.messageId !== 'ae-missing-release-tag') {
          faults.push(message.formatMessageWithLocation(ROOT))
        }
      },
    })
    if (faults.length > 0) throw new Error(faults.join('\n'))
    const model = JSON.parse(await readFile(apiJsonFilePath, 'utf8')) as Entry
    return model.members?.[0]?.members ?? []
  } finally {
    await rm(folder, { recursive: true })
  }
}

function configurationOf(apiJsonFilePath: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${ROOT}sdk/package.json`,
    configObject: {
      projectFolder: `${ROOT}sdk`,
      mainEntryPointFilePath: `${ROOT}sdk/dist/esm/index.d.ts`,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            module: 'esnext',
            moduleResolution: 'bundler',
            lib: ['es2022', 'dom'],
            types: [],
            strict: true,
          },
          files: [`${ROOT}sdk/dist/esm/index.d.ts`],
        },
      },
      docModel: { enabled: true, apiJsonFilePath },
      apiReport: { enabled: false, reportFileName: 'none' },
    },
  })
}

function section(entry: Entry): string {
  const { name = '', kind, members = [] } = entry
  const text = prose(entry)
  const signature = excerpt(entry)
  // Of an interface the members say it all, unless it has another one's too.
  const isTelling = kind !== 'Interface' || /<|extends/.test(signature)
  const rows = members.map((member) => `| ${code(excerpt(member))} | ${oneLine(prose(member))} |`)
  const table = rows.length === 0 ? [] : [['| member | |', '|---|---|', ...rows].join('\n')]
  const block = isTelling ? [`\`\`\`ts\n${signature}\n\`\`\``] : []
  return [`### ${name}`, ...(text === '' ? [] : [text]), ...block, ...table].join('\n\n')
}

function excerpt({ excerptTokens = [] }: Entry): string {
  return excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/^export (?:declare )?/, '')
    .trim()
}

/** The docstring without its stars; tags become words. */
function prose({ docComment = '' }: Entry): string {
  return docComment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/^ ?\* ?/gm, '')
    .trim()
    .replace(/^Constructs a new instance of the `\w+` class$/, '')
    .replace(/@param (\w+) -/g, '`$1`:')
    .replace(/@(?:returns|throws)\s+/g, (tag) => (tag.startsWith('@r') ? 'Returns ' : 'Throws '))
    .replace(/(?<!\n)\n(?![\n-])/g, ' ')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

/** In a table, where a bar would end the cell. */
function code(text: string): string {
  return `\`${oneLine(text).replace(/;$/, '')}\``
}

if (import.meta.main) await writeFile(FILE, await renderSdkDocs())
