/** What is seen on the way through a flow: the grid that deforms, states between layers, and the frame that follows. */
import type { TraceResult } from '../../../shared/api.ts'
import { type Box, boxAround, mixBoxes } from './frame.ts'

export interface Grid {
  /** [lines, perLine, 2] */
  readonly points: Float32Array<ArrayBuffer>
  readonly lines: number
  readonly perLine: number
}

/** Straight lines in both directions through a box, each of `perLine` points so that it can bend. */
export function gridLines(box: Box, lines: number, perLine: number): Grid {
  const [left, right, bottom, top] = box
  const points = new Float32Array(2 * lines * perLine * 2)
  let at = 0
  for (const upright of [false, true]) {
    for (let line = 0; line < lines; line++) {
      const across = line / (lines - 1)
      for (let i = 0; i < perLine; i++) {
        const along = i / (perLine - 1)
        const [u, v] = upright ? [across, along] : [along, across]
        points[at++] = left + u * (right - left)
        points[at++] = bottom + v * (top - bottom)
      }
    }
  }
  return { points, lines: 2 * lines, perLine }
}

/** A trace with depth 0 at x and its last depth at z, whichever way it was computed. */
export interface Depths {
  readonly count: number
  /** Layers from x to z. */
  readonly layers: TraceResult['layers']
  /** [layers + 1, count, 2] */
  readonly states: Float32Array
  /** log|det| of each layer from x to z, mean over the points, nats. */
  readonly meanLogDets: readonly number[]
  readonly logProb: Float32Array
}

/** log|det| of each layer from x to z, mean over the first `among` points, nats. `reversed`: the trace went from z to x. */
export function meanLogDetsOf({ layers, count, logDets }: TraceResult, reversed = false, among = count): number[] {
  return layers.map((_, i) => {
    const from = (reversed ? layers.length - 1 - i : i) * count
    let sum = 0
    for (let row = 0; row < among; row++) sum += logDets[from + row] as number
    return (reversed ? -1 : 1) * sum / Math.max(1, among)
  })
}

/** `reversed`: the trace went from z to x. `among`: only the first so many points count for the means. */
export function depthsOf(trace: TraceResult, reversed: boolean, among = trace.count): Depths {
  const { count, dimension } = trace
  const size = count * dimension
  const layers = reversed ? [...trace.layers].reverse() : trace.layers
  const states = new Float32Array(trace.states.length)
  for (let i = 0; i <= layers.length; i++) {
    const from = reversed ? layers.length - i : i
    states.set(trace.states.subarray(from * size, (from + 1) * size), i * size)
  }
  const meanLogDets = meanLogDetsOf(trace, reversed, among)
  return { count, layers, states, meanLogDets, logProb: trace.logProb }
}

/** Between two layers points move along straight lines, slow at both ends. */
export const eased = (t: number): number => t * t * (3 - 2 * t)

/** States [count, 2] at a depth between 0 and the number of layers, into `out`. */
export function stateAt({ states, layers, count }: Depths, depth: number, out: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const at = Math.min(layers.length, Math.max(0, depth))
  const below = Math.min(Math.floor(at), Math.max(0, layers.length - 1))
  const t = layers.length === 0 ? 0 : eased(at - below)
  const a = below * count * 2
  const b = layers.length === 0 ? a : a + count * 2
  for (let i = 0; i < count * 2; i++) out[i] = (1 - t) * (states[a + i] as number) + t * (states[b + i] as number)
  return out
}

/** Frame of every depth: around the points that count (the first `among`). */
export function depthBoxes({ states, layers, count }: Depths, among: number): Box[] {
  return Array.from({ length: layers.length + 1 }, (_, i) =>
    boxAround(states.subarray(i * count * 2, (i * count + among) * 2), { pad: 0.15, cut: 0.01 }))
}

/** One box around all of them. */
export function hull(boxes: readonly Box[]): Box {
  return [
    Math.min(...boxes.map(([left]) => left)), Math.max(...boxes.map(([, right]) => right)),
    Math.min(...boxes.map(([, , bottom]) => bottom)), Math.max(...boxes.map(([, , , top]) => top)),
  ]
}

/** Whether one frame serves for all depths: at each, what is seen fills most of it. */
export function sameScale(boxes: readonly Box[]): boolean {
  const size = ([left, right, bottom, top]: Box): number => Math.max(right - left, top - bottom)
  return size(hull(boxes)) < 1.4 * Math.min(...boxes.map(size))
}

export function boxAt(boxes: readonly Box[], depth: number): Box {
  const below = Math.max(0, Math.min(boxes.length - 2, Math.floor(depth)))
  const [a, b] = [boxes[below], boxes[Math.min(below + 1, boxes.length - 1)]]
  if (a === undefined || b === undefined) return [-1, 1, -1, 1]
  return mixBoxes(a, b, eased(Math.min(1, Math.max(0, depth - below))))
}

/** Where one point is at every depth, [layers + 1, 2]. */
export function pathOf({ states, layers, count }: Depths, point: number): Float32Array<ArrayBuffer> {
  const path = new Float32Array(2 * (layers.length + 1))
  for (let i = 0; i <= layers.length; i++) {
    const at = (i * count + point) * 2
    path.set(states.subarray(at, at + 2), 2 * i)
  }
  return path
}
