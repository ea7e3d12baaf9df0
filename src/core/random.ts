/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds.
 *
 * A block cipher of the counter: (w0, w1) = Threefry(key, (c0, c1)), all of them uint32. Number i of a stream depends
 * on the key and on i alone, so every number of a run can be made again, in any order, and the first n of m numbers are
 * the same for every m ≥ n. A key is meant for one array: streams that must be independent get keys of their own from
 * `fold` or `named`; two kinds of draws from one key share their random bits.
 *
 * The second counter word keeps the uses of one key apart: 0 for streams (1, 2, … for redraws after a rejection),
 * bit 31 for `fold`, bit 30 for `named`.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (rotations and key
 * schedule: its table 2 and section 4.2); Box & Muller 1958 for the normals.
 */

export interface Key {
  /** uint32, the low word of the seed for a key made from a seed. */
  readonly k0: number
  /** uint32, the high word. */
  readonly k1: number
}

const parity = 0x1bd11bda
const twoTo32 = 2 ** 32
const foldTag = 0x80000000
const nameTag = 0x40000000
const nameEndTag = 0x60000000
/** Blocks encrypted at a time, so that the words of a long stream stay in the first-level cache. */
const chunkBlocks = 1024

/**
 * Writes the blocks of counters (first, c1), (first + 1, c1), … as word pairs into `into`, which has length 2·count.
 * The rounds are written out because a loop over the rotation table costs half the speed.
 */
function encrypt(key: Key, first: number, c1: number, count: number, into: Uint32Array): void {
  const a = key.k0 | 0
  const b = key.k1 | 0
  const c = a ^ b ^ parity
  for (let i = 0; i < count; i++) {
    let x = (first + i + a) | 0
    let y = (c1 + b) | 0
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + b) | 0; y = (y + c + 1) | 0
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + c) | 0; y = (y + a + 2) | 0
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + a) | 0; y = (y + b + 3) | 0
    x = (x + y) | 0; y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0; y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0; y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0; y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + b) | 0; y = (y + c + 4) | 0
    x = (x + y) | 0; y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0; y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0; y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0; y = ((y << 6) | (y >>> 26)) ^ x
    into[2 * i] = (x + c) | 0
    into[2 * i + 1] = (y + a + 5) | 0
  }
}

/** One block: the cipher itself, for known-answer tests and for deriving keys. Words are uint32. */
export function threefry2x32(key: Key, c0: number, c1: number): Key {
  const block = new Uint32Array(2)
  encrypt(key, c0, c1, 1, block)
  return { k0: block[0]!, k1: block[1]! }
}

/** The key of a seed: a safe integer ≥ 0, or a bigint below 2⁶⁴; key(5) and key(5n) are the same. */
export function key(seed: number | bigint): Key {
  if (typeof seed === 'bigint') {
    if (seed < 0n || seed >= 1n << 64n) throw new RangeError(`key: expected a seed in 0 … 2^64 - 1, got ${seed}`)
    return { k0: Number(seed & 0xffffffffn), k1: Number(seed >> 32n) }
  }
  demandWhole('key', 'a seed', seed)
  return { k0: seed >>> 0, k1: Math.floor(seed / twoTo32) }
}

/** The key of an independent stream, by number: `fold(key, epoch)`. `data` is a safe integer ≥ 0. */
export function fold(key: Key, data: number): Key {
  demandWhole('fold', 'data', data)
  return threefry2x32(key, data >>> 0, (Math.floor(data / twoTo32) | foldTag) >>> 0)
}

/** The key of an independent stream, by name: `named(key, 'dequantization')`. Hashes the UTF-16 code units in order. */
export function named(key: Key, name: string): Key {
  let state = key
  for (let i = 0; i < name.length; i++) state = threefry2x32(state, name.charCodeAt(i), nameTag)
  // The closing block keeps named(named(k, 'a'), 'b') apart from named(k, 'ab').
  return threefry2x32(state, name.length, nameEndTag)
}

/** The number in (0, 1) of two uint32 words: 52 bits at the middle of their cell, so never 0 nor 1. */
export function unitOfWords(w0: number, w1: number): number {
  return (w0 * 2 ** 20 + (w1 >>> 12) + 0.5) * 2 ** -52
}

/** The float32 in (0, 1) of one uint32 word: 23 bits at the middle of their cell, exact in float32. */
export function unit32OfWord(word: number): number {
  return ((word >>> 9) + 0.5) * 2 ** -23
}

/** `count` numbers uniform on the open interval (0, 1), 52 bits each, into the front of `into`. */
export function uniforms(key: Key, count: number, into?: Float64Array): Float64Array {
  const out = room('uniforms', count, into) ?? new Float64Array(count)
  eachChunk(key, count, (words, start, size) => {
    for (let i = 0; i < size; i++) out[start + i] = unitOfWords(words[2 * i]!, words[2 * i + 1]!)
  })
  return out
}

/** `count` float32 numbers uniform on the open interval (0, 1), 23 bits each, into the front of `into`. */
export function uniforms32(key: Key, count: number, into?: Float32Array): Float32Array {
  const out = room('uniforms32', count, into) ?? new Float32Array(count)
  eachChunk(key, Math.ceil(count / 2), (words, start, size) => {
    const end = Math.min(2 * size, count - 2 * start)
    for (let i = 0; i < end; i++) out[2 * start + i] = unit32OfWord(words[i]!)
  })
  return out
}

/** `count` standard normal numbers by Box–Muller from 52-bit uniforms (|z| ≤ 8.6), into the front of `into`. */
export function normals(key: Key, count: number, into?: Float64Array): Float64Array {
  const out = room('normals', count, into) ?? new Float64Array(count)
  eachChunk(key, 2 * Math.ceil(count / 2), (words, start, size) => {
    for (let i = 0; i < size; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(unitOfWords(words[2 * i]!, words[2 * i + 1]!)))
      const angle = 2 * Math.PI * unitOfWords(words[2 * i + 2]!, words[2 * i + 3]!)
      out[start + i] = radius * Math.cos(angle)
      // The partner of the last number of an odd count has no room.
      if (start + i + 1 < count) out[start + i + 1] = radius * Math.sin(angle)
    }
  })
  return out
}

/** `count` standard normal float32 numbers by Box–Muller from 32-bit words (|z| ≤ 6.8), into the front of `into`. */
export function normals32(key: Key, count: number, into?: Float32Array): Float32Array {
  const out = room('normals32', count, into) ?? new Float32Array(count)
  eachChunk(key, Math.ceil(count / 2), (words, start, size) => {
    for (let i = 0; i < size; i++) {
      const radius = Math.sqrt(-2 * Math.log((words[2 * i]! + 0.5) / twoTo32))
      const angle = 2 * Math.PI * ((words[2 * i + 1]! + 0.5) / twoTo32)
      const at = 2 * (start + i)
      out[at] = radius * Math.cos(angle)
      if (at + 1 < count) out[at + 1] = radius * Math.sin(angle)
    }
  })
  return out
}

/** `count` integers uniform on 0 … below − 1 without bias; `below` is in 1 … 2³¹. */
export function integers(key: Key, count: number, below: number): Int32Array {
  demandWhole('integers', 'a count', count)
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 31) {
    throw new RangeError(`integers: expected an upper bound in 1 … 2^31, got ${below}`)
  }
  const out = new Int32Array(count)
  eachChunk(key, Math.ceil(count / 2), (words, start, size) => {
    const end = Math.min(2 * size, count - 2 * start)
    for (let i = 0; i < end; i++) out[2 * start + i] = bounded(key, words[i]!, 2 * start + i, below)
  })
  return out
}

/** A uniformly random order of 0 … n − 1: Fisher–Yates, each swap from an unbiased integer. */
export function permutation(key: Key, n: number): Int32Array {
  demandWhole('permutation', 'a length', n)
  const order = new Int32Array(n)
  // The inside-out form fills position i from a place in 0 … i, so it runs with the stream.
  eachChunk(key, Math.ceil(n / 2), (words, start, size) => {
    const end = Math.min(2 * size, n - 2 * start)
    for (let lane = 0; lane < end; lane++) {
      const i = 2 * start + lane
      const place = bounded(key, words[lane]!, i, i + 1)
      order[i] = order[place]!
      order[place] = i
    }
  })
  return order
}

/** An unbiased integer in 0 … below − 1 from stream word number `index`; rejected words are drawn again. */
function bounded(key: Key, word: number, index: number, below: number): number {
  let rest = word % below
  // word − rest starts a run of `below` words: an incomplete run at the top of the range would favour small results.
  for (let attempt = 1; word - rest > twoTo32 - below; attempt++) {
    const block = threefry2x32(key, index >>> 1, attempt)
    word = (index & 1) === 0 ? block.k0 : block.k1
    rest = word % below
  }
  return rest
}

/** Calls `use` with the word pairs of blocks start … start + size − 1, chunk after chunk, in one reused buffer. */
function eachChunk(key: Key, blocks: number, use: (words: Uint32Array, start: number, size: number) => void): void {
  const words = new Uint32Array(2 * Math.min(blocks, chunkBlocks))
  for (let start = 0; start < blocks; start += chunkBlocks) {
    const size = Math.min(chunkBlocks, blocks - start)
    encrypt(key, start, 0, size, words)
    use(words, start, size)
  }
}

function room<T extends Float32Array | Float64Array>(name: string, count: number, into: T | undefined): T | undefined {
  demandWhole(name, 'a count', count)
  if (into !== undefined && into.length < count) {
    throw new RangeError(`${name}: expected room for ${count} numbers, got an array of ${into.length}`)
  }
  return into
}

function demandWhole(name: string, what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name}: expected ${what} that is a safe integer ≥ 0, got ${value}`)
  }
}
