import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRoute } from './route.ts'

test('route: a fragment names the order by the payment token, percent-encoded', () => {
  const rows: readonly (readonly [fragment: string, ref: string | undefined])[] = [
    ['#/token/%2b%2f8%3d', '-_8'],
    ['#/token/%2B%2F8%3D?locale=en', '-_8'],
    ['#/token/-_8', '-_8'],
    ['#/TOKEN/AQID', 'AQID'],
    ['#/info/AQID/', 'AQID'],
    ['#/token/', undefined],
    ['#/token/%', undefined],
    ['#/token/%E2%82%AC', undefined],
    ['#/other/AQID', undefined],
    ['', undefined],
  ]
  for (const [fragment, ref] of rows) assert.equal(parseRoute(fragment)?.ref, ref, fragment)
  assert.equal(parseRoute('#/info/AQID')?.kind, 'info')
})
