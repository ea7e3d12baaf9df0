/** Messages of the browser host's WebSocket, as both of its ends write and read them: MessagePack, with typed arrays as extension types. */
import { ExtensionCodec, decode, encode } from '@msgpack/msgpack'

const FLOAT32 = 1
const INT32 = 2

const codec = new ExtensionCodec()
const copyBytes = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
/**
 * A copy in memory of its own, because the bytes of a message are not aligned to four. Not `data.slice()`: what the socket
 * hands over is a Buffer, whose slices share its memory, the rest of the message included.
 */
const alone = (data: Uint8Array): ArrayBuffer => Uint8Array.from(data).buffer

codec.register({
  type: FLOAT32,
  encode: (value) => (value instanceof Float32Array ? copyBytes(value) : null),
  decode: (data) => new Float32Array(alone(data)),
})
codec.register({
  type: INT32,
  encode: (value) => (value instanceof Int32Array ? copyBytes(value) : null),
  decode: (data) => new Int32Array(alone(data)),
})

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec: codec, ignoreUndefined: true })
}

export function decodeMessage(bytes: Uint8Array | ArrayBuffer): unknown {
  return decode(bytes, { extensionCodec: codec })
}
