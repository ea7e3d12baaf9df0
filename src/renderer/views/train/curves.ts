/** The figures of a run over its steps, gathered from its metrics and from what it tells while it goes on. */
import type { Progress, MetricRecord } from '../../../shared/run-events.ts'
import { type Point, decimate } from '../../charts/lttb.ts'

/** Points of what comes ten times a second for as long as a run takes, before the older ones are thinned out. */
const MOST_HEARD = 4000

export interface LayerLogDets {
  readonly step: number
  /** Mean log|det| by the layer's path, in nats, in the order of the flow. */
  readonly logDet: Readonly<Record<string, number>>
}

export class Curves {
  /** −log p of the training batches, nats. */
  readonly train: Point[] = []
  /** −log p of the validation part, nats. */
  readonly validation: Point[] = []
  readonly gradientNorm: Point[] = []
  readonly learningRate: Point[] = []
  /** Steps a second. */
  readonly throughput: Point[] = []
  layers: LayerLogDets | undefined
  /** Steps left out because they were not finite. */
  skipped = 0

  get step(): number {
    return Math.max(this.train.at(-1)?.[0] ?? 0, this.validation.at(-1)?.[0] ?? 0)
  }

  get best(): Point | undefined {
    return this.validation.reduce<Point | undefined>((best, point) => (best === undefined || point[1] < best[1] ? point : best), undefined)
  }

  /** Records that are there already are passed over: a list that was asked for and events may tell the same. */
  append(records: readonly MetricRecord[]): void {
    for (const record of records) {
      switch (record.type) {
        case 'train':
          if (push(this.train, record.step, record.loss)) {
            push(this.gradientNorm, record.step, record.gradient_norm)
            push(this.learningRate, record.step, record.learning_rate)
            this.skipped = record.skipped
          }
          break
        case 'validation':
          push(this.validation, record.step, record.nll)
          break
        case 'layers':
          if (record.step >= (this.layers?.step ?? 0)) this.layers = { step: record.step, logDet: record.log_det }
          break
        case 'notice':
          break
      }
    }
  }

  hear({ step, stepsPerSecond }: Progress): void {
    push(this.throughput, step, stepsPerSecond)
    if (this.throughput.length > MOST_HEARD) this.throughput.splice(0, MOST_HEARD, ...decimate(this.throughput.slice(0, MOST_HEARD), MOST_HEARD / 4))
  }

  /** How fast it went before this window listened. */
  recall(pace: readonly Point[]): void {
    const first = this.throughput[0]?.[0] ?? Infinity
    this.throughput.unshift(...pace.filter(([step]) => step < first))
  }

  /** A resumed run goes on from its checkpoint: what was told of later steps comes again. */
  truncate(step: number): void {
    for (const curve of [this.train, this.validation, this.gradientNorm, this.learningRate, this.throughput]) {
      while ((curve.at(-1)?.[0] ?? 0) > step) curve.pop()
    }
  }
}

function push(curve: Point[], step: number, value: number): boolean {
  if (!Number.isFinite(value) || step <= (curve.at(-1)?.[0] ?? 0)) return false
  curve.push([step, value])
  return true
}

/**
 * Exponential moving average with weight w of the past, without the pull towards 0 at the start:
 * m_t = w m_{t−1} + (1 − w) y_t, shown m_t / (1 − w^t).
 */
export function smooth(points: readonly Point[], weight: number): readonly Point[] {
  if (weight <= 0) return points
  let mean = 0
  let decay = 1
  return points.map(([x, y]): Point => {
    mean = weight * mean + (1 - weight) * y
    decay *= weight
    return [x, mean / (1 - decay)]
  })
}

/** Records in one window, and standard errors that its mean must lie below the floor: noise passes it by chance. */
const WINDOW = 20
const ERRORS = 3

/**
 * Where training has passed the floor: no model can have a lower expected loss than the entropy on data that it has not
 * seen, so a training loss that lies below for certain has learned its examples by heart. From the first window of
 * records whose mean lies more than three standard errors below, to the last; undefined where there is none.
 */
export function overfitting(train: readonly Point[], entropy: number): { readonly from: number; readonly to: number } | undefined {
  let from: number | undefined
  let to = 0
  for (let end = WINDOW; end <= train.length; end++) {
    const window = train.slice(end - WINDOW, end).map(([, y]) => y - entropy)
    const mean = window.reduce((sum, d) => sum + d, 0) / WINDOW
    if (mean >= 0) continue
    const variance = window.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (WINDOW - 1)
    if (mean >= -ERRORS * Math.sqrt(variance / WINDOW)) continue
    const [step] = train[end - 1] as Point
    from ??= step
    to = step
  }
  return from === undefined ? undefined : { from, to }
}

/** Validations behind the best one, all worse, and nats by which the last must be, before it is called over-fitting. */
const WORSE = 3
const RISE = 0.02
/** A rise of so many nats is told at once: the same examples are judged each time, so that little of it is noise. */
const STEEP = 0.5

/** Where the entropy is not known: from the best validation on, when it has risen ever since. */
export function rising(validation: readonly Point[]): { readonly from: number; readonly to: number } | undefined {
  const best = validation.reduce((at, [, y], i) => (y < (validation[at]?.[1] ?? Infinity) ? i : at), 0)
  const [start, last] = [validation[best], validation.at(-1)]
  if (start === undefined || last === undefined) return undefined
  const [behind, rise] = [validation.length - 1 - best, last[1] - start[1]]
  if (rise < STEEP && (behind < WORSE || rise < RISE)) return undefined
  return { from: start[0], to: last[0] }
}

/** Height of the axis in heights of the training curve, at most, for a validation that runs away; and for its best value. */
const VALIDATION_SHARE = 2.5
const BEST_SHARE = 8

/** What was recorded behind the first `eased` steps, in which the loss is another one; all, as long as there is no more. */
export function comparable(train: readonly Point[], eased: number): readonly Point[] {
  const rest = train.filter(([step]) => step > eased)
  return rest.length > 1 ? rest : train
}

/** Height of the axis in heights of three quarters of the training curve, at most: the first steps can be far away. */
const TRAIN_SHARE = 8

/**
 * Range of the y axis: the first steps of a run can be hundreds of nats away, and would press the rest into a line. It
 * holds the floor, all but the highest `cut` of the training curve, and of the validation as much as leaves that its shape.
 */
export function rangeOf(train: readonly Point[], validation: readonly Point[], floor: number | undefined, cut: number): readonly [number, number] | undefined {
  const losses = train.map(([, y]) => y).sort((a, b) => a - b)
  const held = validation.map(([, y]) => y)
  if (losses.length + held.length === 0) return undefined
  const low = [...losses.slice(0, 1), ...held, ...(floor === undefined ? [] : [floor])].reduce((a, b) => Math.min(a, b))
  const quarter = losses[Math.ceil(losses.length * 0.75) - 1] ?? low
  const top = Math.min(losses[Math.ceil(losses.length * (1 - cut)) - 1] ?? low, low + TRAIN_SHARE * (quarter - low))
  const worst = held.reduce((a, b) => Math.max(a, b), top)
  const best = held.reduce((a, b) => Math.min(a, b), held[0] ?? -Infinity)
  const most = (share: number): number => low + share * (top - low)
  const high = losses.length === 0 ? worst : Math.max(top, Math.min(worst, most(VALIDATION_SHARE)), Math.min(best, most(BEST_SHARE)))
  const pad = Math.max((high - low) * 0.06, 1e-3)
  return [low - pad, high + pad]
}
