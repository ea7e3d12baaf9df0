/** What a window takes for an answer, and what it does not: pages and studios of different versions meet. */
import { expect, test } from 'vitest'
import { isReply, isStudioEvent } from '../../../src/shared/answers.ts'

const ok = (value: unknown): unknown => ({ ok: true, value, issues: [] })
const issue = { code: 'a', severity: 'error', message: 'b' }

test.each<[Parameters<typeof isReply>[0], unknown, boolean]>([
  ['runs.list', ok([]), true],
  ['runs.list', ok([{ run: 'r', name: 'n', state: 'running', step: 1, steps: 2, more: 'of a newer studio' }]), true],
  ['runs.list', ok([{ run: 'r' }]), false],
  ['runs.list', ok({}), false],
  ['runs.list', { ok: false, issues: [issue] }, true],
  ['runs.list', { ok: false, issues: ['no issue'] }, false],
  ['runs.list', { ok: true, issues: [] }, false],
  ['runs.list', undefined, false],
  ['runs.control', ok(null), true],
  ['runs.control', ok(undefined), false],
  ['runs.evaluate', ok({ testNll: Number.NaN, bitsPerDimension: null, entropy: 1 }), true],
  ['explore.density', ok({ logProb: new Float32Array(2) }), true],
  ['explore.density', ok({ logProb: [1, 2] }), false],
])('as an answer to %s, %j is understood: %s', (name, reply, understood) => {
  expect(isReply(name, reply)).toBe(understood)
})

test.each([
  [{ type: 'studio.closing' }, true],
  [{ type: 'run.metrics', project: 'p', run: 'r', records: [{ type: 'train', step: 1 }] }, true],
  [{ type: 'run.metrics', project: 'p', run: 'r', records: [{ step: 1 }] }, false],
  [{ type: 'project.changed', project: 'p', revision: 1, edit: { type: 'rename-project', name: 'n' } }, true],
  [{ type: 'project.changed', project: 'p', revision: 1.5, edit: { type: 'rename-project', name: 'n' } }, false],
  [{ type: 'of.tomorrow' }, false],
  [{ type: 'constructor' }, false],
  ['hello', false], [null, false], [undefined, false],
])('told %j, a window understands: %s', (event, understood) => {
  expect(isStudioEvent(event)).toBe(understood)
})
