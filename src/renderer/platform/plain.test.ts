/** Reactive values made plain, so that they can be sent. */
import { expect, test } from 'vitest'
import { reactive } from 'vue'
import { plain } from './plain.ts'

test('what was reactive or had no value can be cloned, and is the same otherwise', () => {
  const points = new Float32Array([1, 2])
  const bytes = new Uint8Array([3])
  const request = reactive({ project: 'p', coalesce: undefined, edit: { type: 'batch', edits: [{ ids: ['a'], note: undefined, times: 0, flag: null }] } })
  expect(() => structuredClone(request)).toThrow('could not be cloned')
  const copy = plain({ ...request, points, bytes })
  expect(structuredClone(copy)).toEqual({
    project: 'p', edit: { type: 'batch', edits: [{ ids: ['a'], times: 0, flag: null }] }, points, bytes,
  })
  expect(Object.keys(copy as object)).not.toContain('coalesce')
})
