import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Merchant } from '../../gateway/ports.ts'
import { WireError } from './codes.ts'
import { readReturnUrl, withOrder } from './return-url.ts'

const publicUrl = 'https://pay.example'

function read(text: string, ...returnHosts: readonly string[]): string {
  const merchant = { returnHosts } as unknown as Merchant
  try {
    return readReturnUrl(text, { merchant, publicUrl })
  } catch (error) {
    assert.ok(error instanceof WireError)
    assert.deepEqual(error.fault, { code: '4', message: 'returnUrlInvalid' })
    return 'refused'
  }
}

test('jcc return url: a web address on a host of the merchant, an app scheme, or a path of ours', () => {
  const table: readonly (readonly [string, readonly string[], string])[] = [
    ['https://shop.example/done', ['shop.example'], 'https://shop.example/done'],
    ['https://other.example/done', ['shop.example'], 'refused'],
    ['http://127.0.0.1:5000/done', ['*'], 'http://127.0.0.1:5000/done'],
    ['http://shop.example/done', ['shop.example'], 'refused'],
    ['sdk://done', ['*'], 'sdk://done'],
    ['sdk://done', ['sdk:'], 'sdk://done'],
    ['sdk://done', ['shop.example'], 'refused'],
    ['done.html', [], 'https://pay.example/payment/done.html'],
    ['../finish.html', ['*'], 'refused'],
    ['/finish.html', ['*'], 'refused'],
    ['javascript:alert(1)', ['*'], 'refused'],
    ['javascript://x/%0aalert(1)', ['*'], 'refused'],
    ['data:text/html,x', ['*'], 'refused'],
    ['data://x', ['*'], 'refused'],
    ['https://user@shop.example/', ['*'], 'refused'],
    ['https:/shop.example', ['*'], 'refused'],
    ['a b', ['*'], 'refused'],
    ['a\\b', ['*'], 'refused'],
  ]
  for (const [text, hosts, expected] of table) assert.equal(read(text, ...hosts), expected, text)
})

test('jcc return url: the order and the language are added where they belong', () => {
  const table: readonly (readonly [string, string])[] = [
    [
      'https://mybestmerchantreturnurl.com',
      'https://mybestmerchantreturnurl.com/?orderId=1&lang=en',
    ],
    ['https://shop.example/done', 'https://shop.example/done?orderId=1&lang=en'],
    ['https://shop.example/?a=b', 'https://shop.example/?a=b&orderId=1&lang=en'],
    ['https://shop.example/?', 'https://shop.example/?orderId=1&lang=en'],
    ['https://shop.example/#/done', 'https://shop.example/?orderId=1&lang=en#/done'],
    ['sdk://done', 'sdk://done?orderId=1&lang=en'],
  ]
  for (const [url, expected] of table) assert.equal(withOrder(url, '1', 'en'), expected)
})
