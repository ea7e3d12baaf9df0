// Runs inside the measured page, put there by the browser's debugger.
globalThis.probe = {
  frames: [],

  // ms from the change of the address to the last painted change of the page, once it has been quiet for so many ms.
  async open(hash, quiet) {
    const begun = performance.now()
    let last = begun
    const observer = new MutationObserver(() => { requestAnimationFrame(() => { last = performance.now() }) })
    observer.observe(document.body, { subtree: true, childList: true })
    location.hash = hash
    do {
      await new Promise((resolve) => { setTimeout(resolve, 20) })
    } while (document.querySelectorAll('[data-testid^="node-"]').length < 5 || performance.now() - last < quiet)
    observer.disconnect()
    return last - begun
  },

  watchFrames() {
    const note = (time) => {
      this.frames.push(time)
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
  },

  firstPaint() {
    return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null
  },
}
