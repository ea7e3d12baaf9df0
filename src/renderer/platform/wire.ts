/**
 * Messages of the browser host's WebSocket: MessagePack, with typed arrays as extension types 1 (float32) and 2
 * (int32).
 */
import { ExtensionCodec, decode, encode } from '@msgpack/msgpack'

const codec = new ExtensionCodec()
const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

codec.register({
  type: 1,
  encode: (value) => (value instanceof Float32Array ? bytesOf(value) : null),
  // Copied, because the bytes of a message are not aligned to four.
  decode: (data) => new Float32Array(data.slice().buffer),
})
codec.register({
  type: 2,
  encode: (value) => (value instanceof Int32Array ? bytesOf(value) : null),
  decode: (data) => new Int32Array(data.slice().buffer),
})

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec: codec, ignoreUndefined: true })
}

export function decodeMessage(bytes: ArrayBuffer): unknown {
  return decode(bytes, { extensionCodec: codec })
}
