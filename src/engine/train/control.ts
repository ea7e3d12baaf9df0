/** Pause, continue and stop, asked for from outside between two engine calls. */
export class Control {
  #stop = false
  #paused = false
  #wake: (() => void) | undefined

  apply(action: 'pause' | 'continue' | 'stop'): void {
    this.#paused = action === 'pause'
    if (action === 'stop') this.#stop = true
    if (!this.#paused) this.#wake?.()
  }

  get stopRequested(): boolean {
    return this.#stop
  }

  /** Lets messages in, and waits while paused. An engine call blocks its thread, so this is where control gets through. */
  async checkpoint(): Promise<void> {
    await new Promise<void>((resolve) => { setImmediate(resolve) })
    while (this.#paused && !this.#stop) {
      await new Promise<void>((resolve) => { this.#wake = resolve })
      this.#wake = undefined
    }
  }
}
