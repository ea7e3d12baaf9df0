/**
 * Pictures with at most 256 colours, for documents: a window has few, and a file of indices is a third of one of channels.
 * Colours by median cut (Heckbert 1982). PNG: W3C Specification, Third Edition, §5, §11 (colour type 3).
 */
import { deflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { crc32 } from '../src/core/data/binary.ts'

const COLOURS = 256

/** Pixels of a PNG, [height, width, 4], decoded by the browser. */
async function pixelsOf(page: Page, png: Buffer): Promise<{ readonly pixels: Buffer; readonly width: number; readonly height: number }> {
  const { base64, width, height } = await page.evaluate(async (url) => {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: new Uint8ClampedArray(0) }
    let text = ''
    for (let at = 0; at < data.length; at += 32_768) text += String.fromCharCode(...data.subarray(at, at + 32_768))
    return { base64: btoa(text), width: image.width, height: image.height }
  }, `data:image/png;base64,${png.toString('base64')}`)
  return { pixels: Buffer.from(base64, 'base64'), width, height }
}

type Colour = readonly [red: number, green: number, blue: number]
interface Counted { readonly colour: Colour; readonly count: number }

const numberOf = (pixels: Uint8Array, at: number): number => ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0)
const colourOf = (value: number): Colour => [value >> 16, (value >> 8) & 255, value & 255]
const weightOf = (box: readonly Counted[]): number => box.reduce((sum, { count }) => sum + Math.sqrt(count), 0)

/** The channel in which a box is widest, and how wide. */
function widest(box: readonly Counted[]): { readonly channel: 0 | 1 | 2; readonly width: number } {
  return ([0, 1, 2] as const).map((channel) => {
    const values = box.map(({ colour }) => colour[channel])
    return { channel, width: Math.max(...values) - Math.min(...values) }
  }).reduce((best, next) => (next.width > best.width ? next : best))
}

function halves(box: readonly Counted[]): [Counted[], Counted[]] {
  const { channel } = widest(box)
  const sorted = [...box].sort((a, b) => a.colour[channel] - b.colour[channel])
  const half = weightOf(box) / 2
  let sum = 0
  const cut = sorted.findIndex(({ count }) => (sum += Math.sqrt(count)) >= half)
  const at = Math.min(sorted.length - 1, Math.max(1, cut))
  return [sorted.slice(0, at), sorted.slice(at)]
}

/** At most 256 colours, and which of them each colour of the picture becomes. */
function paletteOf(counts: ReadonlyMap<number, number>): { readonly palette: readonly Colour[]; readonly index: ReadonlyMap<number, number> } {
  let boxes: Counted[][] = [[...counts].map(([value, count]) => ({ colour: colourOf(value), count }))]
  while (boxes.length < COLOURS) {
    const scored = boxes.map((box) => (box.length < 2 ? 0 : widest(box).width * Math.sqrt(weightOf(box))))
    const worst = scored.indexOf(Math.max(...scored))
    if (scored[worst] === 0) break
    boxes = boxes.flatMap((box, i) => (i === worst ? halves(box) : [box]))
  }
  const palette = boxes.map((box): Colour => {
    // The colour that is there most: grounds and text stay exactly what they are.
    const most = box.reduce((best, next) => (next.count > best.count ? next : best))
    return most.colour
  })
  const index = new Map(boxes.flatMap((box, i) => box.map(({ colour: [r, g, b] }): [number, number] => [(r << 16) | (g << 8) | b, i])))
  return { palette, index }
}

function chunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), content])))
  return Buffer.concat([head, content, tail])
}

/** The same picture with at most 256 colours. */
export async function smallPng(page: Page, png: Buffer): Promise<Buffer> {
  const { pixels, width, height } = await pixelsOf(page, png)
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += 4) {
    const value = numberOf(pixels, at)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const { palette, index } = paletteOf(counts)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = index.get(numberOf(pixels, 4 * (y * width + x))) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ])
}
