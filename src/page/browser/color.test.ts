import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accentOf, contrast } from './color.ts'

test('color: an accent is seen on the page and can be read on', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(accentOf('#fde047', 'light'), undefined)
  assert.deepEqual(accentOf('#fde047', 'dark'), { color: '#fde047', ink: '#0b1217' })
  assert.deepEqual(accentOf('#1d4ed8', 'light'), { color: '#1d4ed8', ink: '#ffffff' })
  assert.equal(accentOf('#101010', 'dark'), undefined)
  for (const color of [null, 'red', '#fff', '#12345g', '#1d4ed8;']) {
    assert.equal(accentOf(color, 'light'), undefined)
  }
})
