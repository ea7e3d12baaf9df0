/** The runs that go on in this studio, and those that are being made: what is going on is asked of nobody else. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunState } from '../../../shared/api.ts'
import type { Best, MetricRecord } from '../../../shared/run-events.ts'
import type { Training } from '../train-run.ts'

/** In the folder of a project. */
export const RUNS = 'runs'
/** In the folder of its runs. */
export const TRASH = '.trash'

export interface LiveRun {
  readonly training: Training
  state: RunState
  step: number
  best: Best | undefined
  /** Records that have been told; the file has them from the next checkpoint on. */
  readonly records: MetricRecord[]
}

export class LiveRuns {
  /** By folder, as runs of two projects may have the same name. */
  readonly runs = new Map<string, LiveRun>()
  /** Folders of runs that are being made or resumed: what takes a moment must not be begun twice. */
  readonly starting = new Set<string>()

  isBusy(folder: string): boolean {
    return this.runs.has(folder) || this.starting.has(folder)
  }

  /** Folder of a run that goes on among the runs in this folder. */
  busyIn(runs: string): string | undefined {
    return [...this.runs.keys(), ...this.starting].find((folder) => dirname(folder) === runs)
  }

  /** A name that neither a run nor a deleted one has; reserved until its folder is taken off `starting`. */
  async reserveName(runs: string): Promise<string> {
    await mkdir(runs, { recursive: true })
    const taken = (name: string): boolean =>
      existsSync(join(runs, name)) || existsSync(join(runs, TRASH, name)) || this.starting.has(join(runs, name))
    for (let n = 1; ; n++) {
      if (taken(`run-${n}`)) continue
      this.starting.add(join(runs, `run-${n}`))
      return `run-${n}`
    }
  }
}
