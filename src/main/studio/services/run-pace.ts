/**
 * How fast runs have trained, over their steps: heard from the training process ten times a second, thinned out as a run
 * grows long, and kept in the run's folder for whoever looks at it later. Figures for people: a file that cannot be read
 * counts as none, and the run is none the worse.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Result } from '../../../core/issues.ts'
import { writeFileAtomic } from '../../../files/atomic-write.ts'
import type { Progress } from '../../../shared/run-events.ts'
import type { PacePoint } from '../../../shared/api.ts'

/** A run is described by at most so many points. */
const MOST = 400
const FILE = 'pace.json'
const schema = v.array(v.tuple([v.number(), v.number()]))

/** Steps a second, each point the mean of as many events as those before it. */
export class PaceCurve {
  #points: PacePoint[]
  /** Events in a point; doubled whenever the points are halved. */
  #span = 1
  #sum = 0
  #count = 0

  constructor(points: readonly PacePoint[] = []) {
    this.#points = [...points]
  }

  hear({ step, stepsPerSecond }: Pick<Progress, 'step' | 'stepsPerSecond'>): void {
    if (!Number.isFinite(stepsPerSecond)) return
    this.#sum += stepsPerSecond
    this.#count += 1
    if (this.#count < this.#span) return
    this.#points.push([step, this.#sum / this.#count])
    this.#sum = 0
    this.#count = 0
    if (this.#points.length > MOST) this.#halve()
  }

  #halve(): void {
    this.#span *= 2
    this.#points = this.#points.flatMap((point, i, all): PacePoint[] => {
      const before = all[i - 1]
      return i % 2 === 0 || before === undefined ? [] : [[point[0], (point[1] + before[1]) / 2]]
    })
  }

  /** A resumed run goes on from its checkpoint: later steps come again. */
  truncate(step: number): void {
    this.#points = this.#points.filter(([at]) => at <= step)
  }

  get points(): readonly PacePoint[] {
    return this.#points
  }
}

export class RunPace {
  /** Of the runs that go on, by folder. */
  readonly #live = new Map<string, PaceCurve>()

  /** A run begins, or goes on, in this folder. */
  async begin(folder: string): Promise<void> {
    this.#live.set(folder, new PaceCurve(await this.points(folder)))
  }

  /** Its first step will be the one behind this. */
  started(folder: string, step: number): void {
    this.#live.get(folder)?.truncate(step)
  }

  hear(folder: string, progress: Progress): void {
    this.#live.get(folder)?.hear(progress)
  }

  /** The run has ended: what was heard of it is written. */
  async end(folder: string): Promise<Result<undefined> | undefined> {
    const points = this.#live.get(folder)?.points ?? []
    this.#live.delete(folder)
    return points.length === 0 ? undefined : writeFileAtomic(join(folder, FILE), `${JSON.stringify(points)}\n`)
  }

  async points(folder: string): Promise<readonly PacePoint[]> {
    const live = this.#live.get(folder)
    if (live !== undefined) return live.points
    try {
      const parsed = v.safeParse(schema, JSON.parse(await readFile(join(folder, FILE), 'utf8')))
      return parsed.success ? parsed.output : []
    } catch {
      // There is none, or it is damaged.
      return []
    }
  }
}
