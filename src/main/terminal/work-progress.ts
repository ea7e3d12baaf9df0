/** How far a long look at a trained flow is: a bar on a terminal, elsewhere a line every two seconds. Short ones show nothing. */
import { SingleBar } from 'cli-progress'
import type { Advanced } from '../../shared/run-events.ts'
import { clock, count } from '../../shared/numbers.ts'
import type { Streams } from './terminal.ts'

export interface WorkView {
  show(event: Advanced): void
  /** Says something without disturbing the bar. */
  note(text: string): void
  /** Takes the bar away, until there is something to show again. */
  close(): void
}

/** What takes less shows nothing, ms. */
const PATIENCE = 500
const LINE_INTERVAL_MS = 2000
const BAR = 24

/** Figures of one line, at most `width` characters where they are wanted as short as that. */
export function workLine({ done, total, unit, subject, secondsLeft }: Advanced, width: number): string {
  const figures = `${count(done)}/${count(total)} ${unit}`
  const left = secondsLeft === undefined || done === total ? '' : `  ${clock(secondsLeft)} left`
  const whole = `${subject === undefined ? '' : `${subject}  `}${figures}${left}`
  return whole.length <= width ? whole : `${figures}${left}`.slice(0, width)
}

function barView({ err }: Streams): WorkView {
  let last: Advanced | undefined
  let open = false
  const bar = new SingleBar({
    stream: err, hideCursor: true, linewrap: true, barsize: BAR, fps: 10, gracefulExit: false, clearOnComplete: true,
    format: (_options, { progress }) => {
      const filled = Math.round(progress * BAR)
      const head = `${'━'.repeat(filled)}${'─'.repeat(BAR - filled)}${`${Math.floor(progress * 100)}%`.padStart(4)}  `
      // A terminal whose size is not known says 0.
      return last === undefined ? head : `${head}${workLine(last, (err.columns || 80) - 1 - head.length)}`
    },
  })
  return {
    show(event) {
      last = event
      if (!open) bar.start(event.total, event.done)
      open = true
      bar.setTotal(event.total)
      bar.update(event.done)
    },
    note(text) { err.write(`${open ? '\r\u001B[K' : ''}${text}\n`) },
    close() {
      if (open) bar.stop()
      open = false
    },
  }
}

function lineView({ err }: Streams, now: () => number): WorkView {
  let told = -Infinity
  const note = (text: string): void => { err.write(`${text}\n`) }
  return {
    note,
    show(event) {
      if (now() - told < LINE_INTERVAL_MS) return
      told = now()
      note(workLine(event, Infinity))
    },
    close: () => undefined,
  }
}

/** `now`: a clock, in ms. */
export function workProgress(streams: Streams, now: () => number = () => performance.now()): WorkView {
  const view = streams.err.isTTY === true ? barView(streams) : lineView(streams, now)
  let began: number | undefined
  const close = (): void => {
    began = undefined
    view.close()
  }
  return {
    note: (text) => { view.note(text) },
    close,
    show(event) {
      began ??= now()
      // What is printed next finds the line free.
      if (event.done === event.total) close()
      else if (now() - began >= PATIENCE) view.show(event)
    },
  }
}
