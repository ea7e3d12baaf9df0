/** What a long evaluation shows on a terminal and elsewhere, by a clock that the test moves. */
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type WorkView, workLine, workProgress } from '../../../src/main/terminal/work-progress.ts'
import type { Advanced } from '../../../src/shared/run-events.ts'

const at = (done: number, subject?: string): Advanced =>
  ({ type: 'advanced', done, total: 50_000, unit: 'examples', secondsLeft: done === 0 ? undefined : 65, subject })

/** A view, its clock, and all that it has written. */
function shown(isTTY: boolean): { view: WorkView; wait(ms: number): void; text(): string } {
  const err = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 80, cursorTo: () => true, clearLine: () => true })
  let [time, written] = [0, '']
  err.on('data', (chunk: string) => { written += chunk })
  const view = workProgress({ out: new PassThrough(), err }, () => time)
  return { view, wait: (ms) => { time += ms }, text: () => written }
}

describe('the progress of a long evaluation', () => {
  it('is a line every two seconds where there is no terminal', () => {
    const { view, wait, text } = shown(false)
    for (let done = 0; done < 50_000; done += 1000) {
      view.show(at(done, 'runs/a'))
      wait(100)
    }
    view.show(at(50_000))
    // 50 events of 100 ms, from half a second on: at 0.5, 2.5 and 4.5 s.
    expect(text()).toBe([5_000, 25_000, 45_000].map((done) => `runs/a  ${done.toLocaleString('en')}/50,000 examples  1:05 left\n`).join(''))
  })

  it('is a bar on a terminal, which is gone when all is done', () => {
    const { view, wait, text } = shown(true)
    view.show(at(0))
    wait(600)
    view.show(at(20_000))
    expect(text()).toContain('━━━━━━━━━━──────────────')
    expect(text()).toContain('40%  20,000/50,000 examples  1:05 left')
    view.note('something')
    expect(text()).toContain('\r\u001B[Ksomething\n')
    view.show(at(50_000))
    const before = text()
    view.note('after it')
    expect(text().slice(before.length)).toBe('after it\n')
  })

  it.each([true, false])('is nothing at all for what is done at once (terminal: %s)', (isTTY) => {
    const { view, wait, text } = shown(isTTY)
    for (let job = 0; job < 20; job++) {
      view.show(at(0))
      wait(100)
      view.show(at(50_000))
    }
    view.close()
    expect(text()).toBe('')
  })

  it('leaves out what there is no room for', () => {
    expect(workLine(at(20_000, 'runs/with-a-long-name'), 60)).toBe('runs/with-a-long-name  20,000/50,000 examples  1:05 left')
    expect(workLine(at(20_000, 'runs/with-a-long-name'), 40)).toBe('20,000/50,000 examples  1:05 left')
    expect(workLine(at(20_000), 10)).toBe('20,000/50,')
  })
})
