/** A training's progress: a bar on a terminal, elsewhere a line every two seconds. */
import { SingleBar } from 'cli-progress'
import { formatIssue } from '../../core/issues.ts'
import type { Progress, RunEvent } from '../../shared/run-events.ts'
import { clock, count, nats, speed } from '../../shared/numbers.ts'
import type { LossFloor } from './loss-floor.ts'
import type { Streams } from './terminal.ts'

export interface ProgressView {
  /** Shows an event. */
  show(event: RunEvent): void
  /** Says something without disturbing the bar. */
  note(text: string): void
  close(): void
}

/** What is known of a run at one moment. */
export interface Figures {
  readonly step: number
  readonly steps: number
  readonly last?: Progress | undefined
  /** The last validation, in nats. */
  readonly validation?: number | undefined
  readonly floor?: LossFloor | undefined
}

interface Part {
  readonly text: string
  /** How much it is wanted where there is little room; 1: most. */
  readonly rank: number
}

function parts({ step, steps, last, validation, floor }: Figures): readonly Part[] {
  return [
    { text: `step ${count(step)}/${count(steps)}`, rank: 1 },
    ...(last === undefined ? [] : [{ text: `loss ${nats(last.loss)}`, rank: 2 }]),
    ...(validation === undefined ? [] : [{ text: `validation ${nats(validation)}`, rank: 3 }]),
    ...(floor === undefined || step < floor.from ? [] : [{ text: `floor ${nats(floor.nats)}`, rank: 5 }]),
    ...(last === undefined ? [] : [
      { text: `${speed(last.stepsPerSecond)} steps/s`, rank: 6 },
      { text: `${clock(last.secondsLeft)} left`, rank: 4 },
    ]),
    ...(last !== undefined && last.skipped > 0 ? [{ text: `${count(last.skipped)} skipped`, rank: 7 }] : []),
  ]
}

/** One line of figures, at most `width` characters: the least wanted are left out first. */
export function progressLine(figures: Figures, width: number): string {
  let kept = parts(figures)
  const line = (): string => kept.map(({ text }) => text).join('  ')
  while (kept.length > 1 && line().length > width) {
    const last = Math.max(...kept.map(({ rank }) => rank))
    kept = kept.filter(({ rank }) => rank !== last)
  }
  return line()
}

/** The figures after an event. */
function advance(figures: Figures, event: RunEvent): Figures {
  switch (event.type) {
    case 'started':
      return { ...figures, step: event.step, steps: event.steps }
    case 'progress':
      return { ...figures, step: event.step, steps: event.steps, last: event }
    case 'validated':
      return { ...figures, step: event.step, validation: event.nll }
    case 'finished':
      return { ...figures, step: event.step }
    case 'prepared':
    case 'notice':
    case 'metrics':
    case 'advanced':
      return figures
  }
}

const BAR = 24
const LINE_INTERVAL_MS = 2000

function barView({ err }: Streams, floor: LossFloor | undefined): ProgressView {
  let figures: Figures = { step: 0, steps: 1, floor }
  const bar = new SingleBar({
    stream: err, hideCursor: true, linewrap: true, barsize: BAR, fps: 10, gracefulExit: false,
    format: (_options, { progress }) => {
      const filled = Math.round(progress * BAR)
      const percent = `${Math.floor(progress * 100)}%`.padStart(4)
      const head = `${'━'.repeat(filled)}${'─'.repeat(BAR - filled)}${percent}  `
      // A terminal whose size is not known says 0.
      return `${head}${progressLine(figures, (err.columns || 80) - 1 - head.length)}`
    },
  })
  let open = false
  const note = (text: string): void => { err.write(`${open ? '\r\u001B[K' : ''}${text}\n`) }
  return {
    note,
    show(event) {
      figures = advance(figures, event)
      if (event.type === 'started') {
        bar.start(event.steps, event.step)
        open = true
      }
      if (event.type === 'notice') note(formatIssue(event.issue))
      if (open) bar.update(figures.step)
    },
    close() {
      if (open) bar.stop()
      open = false
    },
  }
}

function lineView({ err }: Streams, floor: LossFloor | undefined): ProgressView {
  let figures: Figures = { step: 0, steps: 1, floor }
  let last = -Infinity
  const note = (text: string): void => { err.write(`${text}\n`) }
  return {
    note,
    show(event) {
      figures = advance(figures, event)
      if (event.type === 'notice') note(formatIssue(event.issue))
      if (event.type !== 'progress' || performance.now() - last < LINE_INTERVAL_MS) return
      last = performance.now()
      note(progressLine(figures, Infinity))
    },
    close: () => undefined,
  }
}

export function trainingProgress(streams: Streams, floor: LossFloor | undefined): ProgressView {
  return (streams.err.isTTY === true ? barView : lineView)(streams, floor)
}
