/** The parts of which reports and progress lines are made. */
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../../src/core/data/binary.ts'
import { colourMap } from '../../../src/main/studio/report/colours.ts'
import { curveRange, curvesOf, drawCurves } from '../../../src/main/studio/report/curves.ts'
import { html } from '../../../src/main/studio/report/html.ts'
import { imageGrid } from '../../../src/main/studio/report/images.ts'
import { GRID, gridPoints, windowOf } from '../../../src/main/studio/report/plane.ts'
import { encodePng } from '../../../src/main/studio/report/png.ts'
import { coreRange, histogram, niceRange, quantile, smoothed, tickStep } from '../../../src/main/studio/report/scales.ts'
import { type Figures, progressLine } from '../../../src/main/terminal/progress.ts'
import { pairs, table, wrapped } from '../../../src/main/terminal/layout.ts'
import { clock, count, magnitude, nats, plural, speed } from '../../../src/shared/numbers.ts'

describe('PNG', () => {
  it('has whole chunks with right checksums, and the pixels row by row', () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 10)
    const png = encodePng(pixels, 2, 3, 3)
    const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
    const chunks = new Map<string, Uint8Array>()
    for (let at = 8; at < png.length;) {
      const length = view.getUint32(at)
      const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
      expect(view.getUint32(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)))
      chunks.set(type, png.subarray(at + 8, at + 8 + length))
      at += 12 + length
    }
    expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
    expect([...chunks.get('IHDR') ?? []]).toEqual([0, 0, 0, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0])
    const rows = inflateSync(chunks.get('IDAT') ?? new Uint8Array())
    expect([...rows]).toEqual([0, ...pixels.subarray(0, 6), 0, ...pixels.subarray(6, 12), 0, ...pixels.subarray(12)])
  })

  it('refuses pixels that do not fill the image', () => {
    expect(() => encodePng(new Uint8Array(5), 2, 3, 1)).toThrow('encodePng: expected 2 × 3 × 1 numbers, got 5')
  })

  it('puts images side by side', () => {
    const uri = imageGrid(Float32Array.of(0, 1, 1, 0), [1, 1, 1], { min: 0, max: 1 })
    expect(uri).toMatch(/^data:image\/png;base64,iVBORw0KGgo/)
  })
})

describe('the colour map', () => {
  it('rises in lightness with every step and stays inside of sRGB', () => {
    // Relative luminance, Rec. 709 weights on linear light.
    const linear = (value: number): number => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
    const luminance = Array.from({ length: 256 }, (_, i) => [0.2126, 0.7152, 0.0722]
      .reduce((sum, weight, channel) => sum + weight * linear(colourMap[3 * i + channel] as number), 0))
    for (let i = 4; i < 256; i += 4) expect(luminance[i]).toBeGreaterThan(luminance[i - 4]!)
    expect(luminance[0]).toBeLessThan(0.02)
    expect(luminance[255]).toBeGreaterThan(0.8)
  })
})

describe('ranges', () => {
  it('end at ticks of 1, 2 or 5 times a power of ten', () => {
    expect([0.9, 3, 7, 12].map((span) => tickStep(span, 5))).toEqual([0.2, 0.5, 1, 2])
    expect(niceRange({ min: 1.0076, max: 1.1312 }).min).toBe(1)
    expect(niceRange({ min: 1.0076, max: 1.1312 }).max).toBeCloseTo(1.14, 9)
    const flat = niceRange({ min: 3, max: 3 })
    expect(flat.max).toBeGreaterThan(flat.min)
  })

  it('are not decided by outliers', () => {
    const values = [...Array.from({ length: 999 }, (_, i) => i / 998), 1e9]
    expect(coreRange(values, 0.01, 0).max).toBeLessThan(1.01)
    expect([quantile(values, 0), quantile(values, 1)]).toEqual([0, 1e9])
  })

  it('of curves leave out the steep beginning and hold the entropy', () => {
    const curves = curvesOf([
      { type: 'train', step: 1, loss: 500 }, { type: 'train', step: 50, loss: 2 },
      { type: 'train', step: 100, loss: 1.5 },
      { type: 'validation', step: 50, nll: 1.8 }, { type: 'validation', step: 100, nll: 1.4 },
    ])
    const { min, max } = curveRange(curves, 100, 1)
    expect(min).toBeLessThan(1)
    expect(min).toBeGreaterThan(0.8)
    expect(max).toBeGreaterThan(2)
    expect(max).toBeLessThan(2.2)
    expect(curveRange({ train: [], validation: [] }, 10, undefined)).toEqual({ min: 0, max: 1 })
  })

  it('put the entropy exactly where it is', () => {
    const curves = curvesOf([100, 200, 300].map((step) => ({ type: 'validation', step, nll: 1.02 + 10 / step })))
    const svg = drawCurves(curves, 300, 1.0076)
    const { min, max } = niceRange(curveRange(curves, 300, 1.0076))
    const [, y] = /M52 ([\d.]+)L[^"]*"[^>]*stroke-dasharray/.exec(svg) ?? []
    // The plot lies between 14 and 310 of the picture's 340 units; lines are placed on half units.
    expect(Math.abs(Number(y) - (14 + (296 * (max - 1.0076)) / (max - min)))).toBeLessThanOrEqual(0.5)
  })

  it('of points have equal units where the spreads are comparable', () => {
    const wide = windowOf(Float32Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? i / 1000 : i / 2000)))
    expect(wide.x.max - wide.x.min).toBeCloseTo(wide.y.max - wide.y.min, 5)
    const narrow = windowOf(Float32Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? i : i / 1e6)))
    expect(narrow.y.max).toBeLessThan(0.01)
  })
})

describe('grids and histograms', () => {
  it('begin at the top left', () => {
    const points = gridPoints({ x: { min: 0, max: GRID }, y: { min: 0, max: GRID } })
    expect([...points.subarray(0, 4)]).toEqual([0.5, GRID - 0.5, 1.5, GRID - 0.5])
    expect([...points.subarray(-2)]).toEqual([GRID - 0.5, 0.5])
  })

  it('have area 1 over all values and forget what lies outside', () => {
    const bars = histogram([0.1, 0.2, 1.5, 9], { min: 0, max: 2 }, 2)
    expect(bars).toEqual([[0.5, 0.5], [1.5, 0.25]])
  })

  it('smooth by means of neighbours', () => {
    expect(smoothed([[0, 0], [1, 3], [2, 0]], 3)).toEqual([[0, 1.5], [1, 1], [2, 1.5]])
  })
})

describe('HTML', () => {
  it('escapes what is put in, and only that', () => {
    expect(html`<p>${'<script>"&\''}</p>${[html`<b>${1}</b>`, undefined]}`.text)
      .toBe('<p>&lt;script&gt;&quot;&amp;&#39;</p><b>1</b>')
  })
})

describe('numbers for people', () => {
  it('have the digits that matter', () => {
    expect([1.00761, 123.456, 12345.67, 1.5e7].map(nats)).toEqual(['1.0076', '123.46', '12,345.7', '1.500e+7'])
    expect(nats(Number.NaN)).toBe('NaN')
    expect([0, 999, 1234, 1234567].map(magnitude)).toEqual(['0', '999', '1.23 k', '1.23 M'])
    expect([7, 754, 3723, Infinity].map(clock)).toEqual(['0:07', '12:34', '1:02:03', '?'])
    expect([0.01234, 12.34, 1234.5].map(speed)).toEqual(['0.0123', '12.3', '1,235'])
    expect([count(1234567), plural(1, 'row'), plural(2000, 'row')]).toEqual(['1,234,567', '1 row', '2,000 rows'])
  })
})

describe('lines on a terminal', () => {
  const figures: Figures = {
    step: 1350, steps: 3000, validation: 1.033, floor: { nats: 1.0076, from: 0 },
    last: {
      type: 'progress', step: 1350, steps: 3000, loss: 1.0452, gradientNorm: 1, learningRate: 1e-3,
      stepsPerSecond: 612, secondsLeft: 2.7, skipped: 0,
    },
  }

  it('say everything where there is room, and the most wanted where there is little', () => {
    expect(progressLine(figures, 200))
      .toBe('step 1,350/3,000  loss 1.0452  validation 1.0330  floor 1.0076  612 steps/s  0:03 left')
    expect(progressLine(figures, 70)).toBe('step 1,350/3,000  loss 1.0452  validation 1.0330  0:03 left')
    expect(progressLine(figures, 5)).toBe('step 1,350/3,000')
    // An annealed loss is below it by right.
    expect(progressLine({ ...figures, floor: { nats: 1.0076, from: 1500 } }, 200)).not.toContain('floor')
  })

  it('are aligned', () => {
    const columns = [{ title: 'a' }, { title: 'n', align: 'right' }] as const
    expect(table(columns, [['one', '1'], ['three', '22']])).toBe('a       n\none     1\nthree  22')
    expect(pairs([['a', 'x\ny'], ['long', 'z']])).toBe('a     x\n      y\nlong  z')
    expect(wrapped('the quick brown fox', 9)).toBe('the quick\nbrown fox')
  })
})
