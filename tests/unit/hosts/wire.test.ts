/** Typed arrays arrive as they were sent, whatever kind of bytes the socket hands over. */
import { expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from '../../../src/main/hosts/wire.ts'

const message = { id: 7, name: 'a', points: Float32Array.of(1.5, -2), rows: Int32Array.of(3, -4, 5), rest: 'text' }

it('reads typed arrays out of a Buffer that shares its memory with others', () => {
  const bytes = encodeMessage(message)
  const pool = Buffer.alloc(bytes.length + 33, 0xa5)
  pool.set(bytes, 13)
  expect(decodeMessage(pool.subarray(13, 13 + bytes.length))).toEqual(message)
})

it('reads them out of plain bytes', () => {
  expect(decodeMessage(Uint8Array.from(encodeMessage(message)))).toEqual(message)
})
