import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Merchant } from '../gateway/ports.ts'
import { logoOf, logoUrlOf } from './logo.ts'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex')
const WEBP = Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1')
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')

const merchantWith = (logoUrl: string | undefined): Merchant => ({
  merchantId: 'JT01',
  name: 'Shop',
  currency: 'SGD',
  timeZone: 'UTC',
  notifyUrl: undefined,
  returnUrl: undefined,
  mayTokenize: false,
  returnHosts: [],
  logoUrl,
  color: undefined,
})

test('logo: what is kept of a picture is served as it was', () => {
  for (const [type, bytes] of [
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/webp', WEBP],
  ] as const) {
    assert.deepEqual(logoOf(merchantWith(logoUrlOf(bytes))), { type, bytes })
  }
})

test('logo: what is no picture, or a large one, is not kept', () => {
  assert.equal(logoUrlOf(SVG), undefined)
  assert.equal(logoUrlOf(Buffer.alloc(0)), undefined)
  const large = Buffer.concat([PNG, Buffer.alloc(64 * 1_024 - PNG.length)])
  assert.notEqual(logoUrlOf(large), undefined)
  assert.equal(logoUrlOf(Buffer.concat([large, Buffer.alloc(1)])), undefined)
})

test('logo: nothing else that stands in the column is served', () => {
  const base64 = SVG.toString('base64')
  for (const url of [
    undefined,
    '',
    'https://shop.example/logo.png',
    `data:image/svg+xml;base64,${base64}`,
    `data:image/png;base64,${base64}`,
    `data:text/html;base64,${PNG.toString('base64')}`,
  ]) {
    assert.equal(logoOf(merchantWith(url)), undefined, url)
  }
})
