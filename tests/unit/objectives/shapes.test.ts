/** What objectives make of shapes. */
import { expect, test } from 'vitest'
import { mapsData, takesData } from '../../../src/core/objectives/shapes.ts'

const choice = (kind: string) => ({ kind, options: {} })

test('a flow of the data maps them, under any objective that generates by it', () => {
  for (const kind of ['maximum-likelihood', 'reverse-kl', 'adversarial', 'elbo-decoder']) expect(mapsData(choice(kind), [3], 2), kind).toBe(true)
})
test('the flow of an autoencoder maps latents, also where these are as many as the data', () => {
  expect(mapsData({ kind: 'elbo', options: { dimensions: 2 } }, [2], 0)).toBe(false)
  expect(mapsData({ kind: 'elbo', options: { dimensions: 9 } }, [2], 0)).toBe(false)
})
test('a target density takes no data', () => {
  expect(takesData(choice('reverse-kl'))).toBe(false)
  expect(takesData(choice('elbo'))).toBe(true)
})
