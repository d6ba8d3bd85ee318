import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { renderSdkDocs } from '../../scripts/sdk-docs.ts'

test('SDK reference: what is in docs/ is what the docstrings say; else run `npm run docs`', async () => {
  const file = new URL('../../docs/sdk-api.md', import.meta.url)
  assert.equal(await readFile(file, 'utf8'), await renderSdkDocs())
})
