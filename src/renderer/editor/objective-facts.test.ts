/** What an objective makes of the two ends of a flow. */
import { expect, test } from 'vitest'
import { readDocumentJson } from '../../core/design/document.ts'
import { dataEnd, objectiveFacts } from './objective-facts.ts'

function documentOf(objective: unknown, rest: Readonly<Record<string, unknown>> = {}) {
  const read = readDocumentJson({
    format: 'flowsmith-project', version: 1, name: '', design: { event: [2], layers: [], base: { kind: 'gaussian' } },
    training: objective === undefined ? {} : { objective }, ...rest,
  }, 'test')
  if (!read.ok) throw new Error(JSON.stringify(read.issues))
  return read.value
}
const factsOf = (objective: unknown, dataContext: number) => objectiveFacts(documentOf(objective), dataContext)

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
test('the end of the canvas says whether data, a density or latents stand there', () => {
  expect(dataEnd(documentOf(undefined, { data: { source: 'synthetic:moons?noise=0.1' } }))).toMatchObject({ kind: 'data', symbol: 'x', title: 'moons' })
  expect(dataEnd(documentOf(undefined, { data: { source: 'data/wine.csv' } })).title).toBe('wine.csv')
  expect(dataEnd(documentOf({ kind: 'reverse-kl' }, { target: { source: 'u1' }, data: { source: 'synthetic:moons' } }))).toMatchObject({ kind: 'target', title: 'U1' })
  expect(dataEnd(documentOf({ kind: 'reverse-kl' })).title).toBe('No target yet')
  expect(dataEnd(documentOf({ kind: 'elbo', dimensions: 2 }, { data: { source: 'synthetic:moons' } }))).toMatchObject({ kind: 'latents', symbol: 'u' })
})
