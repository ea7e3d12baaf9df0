/**
 * The density on a grid: at once a coarse one, then a fine one where that takes no longer than people wait. A flow whose
 * density is found by iteration is a hundred times slower than one of a single pass.
 */
import { type ComputedRef, type Ref, computed } from 'vue'
import type { Issue } from '../../../core/issues.ts'
import type { ExploreContext } from './explore-context.ts'
import type { Box } from './frame.ts'
import { useReply } from './use-reply.ts'

const WARM = 4
const COARSE = 64
const FINE = 200
/** Longest wait for the fine grid, ms; what would be hardly finer than the coarse one is not worth it. */
const PATIENCE = 8000
const WORTHWHILE = 96

export interface Density {
  readonly box: Box
  readonly resolution: number
  /** Rows from the bottom up, [resolution, resolution]. */
  readonly logProb: Float32Array
}

/** Side of the finest grid that takes about `PATIENCE`, where the coarse one took `ms`. */
export const fineResolution = (ms: number): number => Math.min(FINE, Math.floor(COARSE * Math.sqrt(PATIENCE / Math.max(1, ms))))

export function useDensity(context: ExploreContext, box: Ref<Box | undefined>): {
  readonly value: ComputedRef<Density | undefined>
  readonly issues: ComputedRef<readonly Issue[]>
  readonly slow: Readonly<Ref<boolean>>
  again(): void
} {
  const wanted = computed(() => (context.weights.value === '' || box.value === undefined ? undefined : { of: context.subject.value, box: box.value }))
  const coarse = useReply(() => wanted.value, async (asked) => {
    // A few points first, so that what is timed is the work and not the compiling of the program.
    const warm = await context.ask('explore.density', { box: [...asked.box], resolution: WARM })
    if (!warm.ok) return warm
    const begun = performance.now()
    const reply = await context.ask('explore.density', { box: [...asked.box], resolution: COARSE })
    return reply.ok ? { ...reply, value: { asked, box: asked.box, resolution: COARSE, logProb: reply.value.logProb, ms: performance.now() - begun } } : reply
  })
  const fine = useReply(() => {
    const found = coarse.value.value
    return found === undefined || found.asked !== wanted.value || fineResolution(found.ms) < WORTHWHILE ? undefined : found
  }, async (found) => {
    const resolution = fineResolution(found.ms)
    const reply = await context.ask('explore.density', { box: [...found.box], resolution })
    return reply.ok ? { ...reply, value: { asked: found.asked, box: found.box, resolution, logProb: reply.value.logProb } } : reply
  })
  return {
    value: computed(() => (fine.value.value !== undefined && fine.value.value.asked === coarse.value.value?.asked ? fine.value.value : coarse.value.value)),
    issues: computed(() => [...coarse.issues.value, ...fine.issues.value]),
    slow: coarse.slow,
    again: coarse.again,
  }
}
