/** The messages of the browser host's WebSocket: MessagePack, with typed arrays as extension types. */
import { ExtensionCodec, decode, encode } from '@msgpack/msgpack'

const FLOAT32 = 1
const INT32 = 2

const codec = new ExtensionCodec()
const copyBytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

codec.register({
  type: FLOAT32,
  encode: (value) => (value instanceof Float32Array ? copyBytes(value) : null),
  // A copy: the bytes of a message are not aligned to four.
  decode: (data) => new Float32Array(data.slice().buffer),
})
codec.register({
  type: INT32,
  encode: (value) => (value instanceof Int32Array ? copyBytes(value) : null),
  decode: (data) => new Int32Array(data.slice().buffer),
})

export function encodeMessage(message: unknown): Uint8Array {
  return encode(message, { extensionCodec: codec, ignoreUndefined: true })
}

export function decodeMessage(bytes: Uint8Array): unknown {
  return decode(bytes, { extensionCodec: codec })
}
