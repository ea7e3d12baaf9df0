/** How many steps go into one engine call: about 100 ms of work, so that progress, pause and stop stay quick. */
const TARGET_MS = 100
const MAX_STEPS = 2000

export class Pace {
  #msPerStep: number | undefined

  /** Steps for the next call, at most `limit`. The first call is a single step, to learn its time. */
  next(limit: number): number {
    const wanted = this.#msPerStep === undefined ? 1 : Math.floor(TARGET_MS / Math.max(this.#msPerStep, 1e-3))
    return Math.max(1, Math.min(wanted, MAX_STEPS, limit))
  }

  record(steps: number, milliseconds: number): void {
    const now = milliseconds / steps
    this.#msPerStep = this.#msPerStep === undefined ? now : 0.7 * this.#msPerStep + 0.3 * now
  }

  get stepsPerSecond(): number {
    return this.#msPerStep === undefined ? 0 : 1000 / this.#msPerStep
  }
}
