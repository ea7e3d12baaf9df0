/** Plays a number from one end to the other, a frame at a time. */
import { type Ref, onScopeDispose, ref } from 'vue'

/** Time for one layer, and for the whole way at least and at most, ms. */
const LAYER = 700
const SHORTEST = 2500
const LONGEST = 14_000
/** At the end before it starts again from the beginning, ms. */
const REST = 900

export function usePlayback(depth: Ref<number>, options: { readonly length: () => number; readonly forwards: () => boolean }) {
  const playing = ref(false)
  const still = window.matchMedia('(prefers-reduced-motion: reduce)')
  let frame = 0
  let last = 0
  let rested = 0

  function move(now: number): void {
    const length = options.length()
    const [from, to] = options.forwards() ? [0, length] : [length, 0]
    const passed = Math.min(100, now - last)
    const duration = Math.min(LONGEST, Math.max(SHORTEST, LAYER * length))
    if (still.matches) {
      // Without motion: from layer to layer at once.
      if (now - last >= LAYER) {
        last = now
        depth.value = depth.value === to ? from : Math.round(depth.value) + Math.sign(to - from)
      }
    } else {
      last = now
      const next = depth.value + (Math.sign(to - from) * length * passed) / duration
      depth.value = Math.min(length, Math.max(0, next))
      rested = depth.value === to ? rested + passed : 0
      if (rested > REST) {
        depth.value = from
        rested = 0
      }
    }
    frame = requestAnimationFrame(move)
  }
  function stop(): void {
    playing.value = false
    cancelAnimationFrame(frame)
  }
  function toggle(): void {
    if (playing.value) {
      stop()
      return
    }
    const length = options.length()
    const [from, to] = options.forwards() ? [0, length] : [length, 0]
    if (depth.value === to) depth.value = from
    playing.value = true
    rested = 0
    last = performance.now()
    frame = requestAnimationFrame(move)
  }
  onScopeDispose(stop)
  return { playing, toggle, stop }
}
