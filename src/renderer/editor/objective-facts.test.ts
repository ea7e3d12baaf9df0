import { expect, test } from 'vitest'
import { readDocumentJson } from '../../core/design/document.ts'
import { objectiveFacts } from './objective-facts.ts'

function factsOf(objective: unknown, dataContext: number) {
  const read = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: '', design: { event: [2], layers: [], base: { kind: 'gaussian' } },
    training: objective === undefined ? {} : { objective },
  }, 'test')
  if (!read.ok) throw new Error(JSON.stringify(read.issues))
  return objectiveFacts(read.value, dataContext)
}

test('by maximum likelihood the flow takes the data and their context as they are', () => {
  expect(factsOf(undefined, 3)).toEqual({ contextSize: 3, dataEvent: [2], takesData: true, density: true })
})
test('a target density takes no data', () => {
  expect(factsOf({ kind: 'reverse-kl' }, 0)).toMatchObject({ takesData: false, dataEvent: [2] })
})
test('an autoencoder has a flow of latents, on the features of its encoder', () => {
  expect(factsOf({ kind: 'elbo', dimensions: 9, features: 5, likelihood: 'bernoulli' }, 0))
    .toEqual({ contextSize: 5, dataEvent: [9], takesData: false, density: false })
})
