/** Messages of the WebSocket: what is sent arrives, from a Buffer out of Node's pool as from bytes of their own. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage } from '../../../src/shared/wire.ts'

const floats = fc.float32Array({ noNaN: true, maxLength: 40 })
const message = fc.record({
  id: fc.nat(), name: fc.string(), points: floats, indices: fc.int32Array({ maxLength: 40 }), nested: fc.record({ more: floats }), bytes: fc.uint8Array(),
})

/** As `ws` gives a message: anywhere in a pool that holds other things. */
function pooled(bytes: Uint8Array, before: number): Buffer {
  const pool = Buffer.alloc(bytes.length + before + 100, 0xaa)
  pool.set(bytes, before)
  return pool.subarray(before, before + bytes.length)
}

test('what was sent arrives, wherever it lies in memory', () => {
  fc.assert(fc.property(message, fc.nat(9), (sent, before) => {
    const received = decodeMessage(pooled(encodeMessage(sent), before)) as typeof sent
    expect({ ...received, bytes: new Uint8Array(received.bytes) }).toEqual(sent)
  }), { seed: 7, numRuns: 200 })
})

test('properties without a value are left out', () => {
  expect(decodeMessage(encodeMessage({ a: undefined, b: 1 }))).toEqual({ b: 1 })
})

test('floats that are not whole are refused', () => {
  // Extension 1, three bytes.
  expect(() => decodeMessage(new Uint8Array([0xc7, 3, 1, 0, 0, 0]))).toThrow(RangeError)
})
