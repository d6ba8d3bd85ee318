import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CHALLENGED_ON_DEMAND } from './sandbox-cards.ts'
import { aPan, anAuthenticationRequest, startWorld, type World } from './sandbox.fixture.ts'

let world: World
before(async () => {
  world = await startWorld()
})
after(() => world?.close())

test('3DS on demand: these cards are challenged where that is mandated, else not authenticated', async () => {
  for (const digits of CHALLENGED_ON_DEMAND) {
    const pan = aPan(digits)
    assert.equal((await world.server.lookup(pan)).kind, 'enrolled')
    const mandated = { pan, challengePreference: 'mandated' as const }
    const asked = await world.server.authenticate(anAuthenticationRequest(world, mandated))
    assert.equal(asked.kind, 'challenge', digits)
    const plain = { pan, challengePreference: 'none' as const }
    const answer = await world.server.authenticate(anAuthenticationRequest(world, plain))
    assert.equal(answer.kind === 'done' && answer.transStatus, 'U', digits)
  }
})
