/** Where the window was, and how large, kept from one start to the next. */
import { readFileSync } from 'node:fs'
import type { BrowserWindow, Rectangle, Screen } from 'electron'
import * as v from 'valibot'
import { writeFileAtomic } from '../../../files/atomic-write.ts'
import type { Result } from '../../../core/issues.ts'

export const SMALLEST = { width: 800, height: 560 } as const
const FIRST = { width: 1440, height: 900 } as const
/** So much of a title bar can still be seized with the pointer, in pixels. */
const GRIP = 60

const stateSchema = v.object({
  x: v.pipe(v.number(), v.integer()),
  y: v.pipe(v.number(), v.integer()),
  width: v.pipe(v.number(), v.integer(), v.minValue(SMALLEST.width), v.maxValue(32_768)),
  height: v.pipe(v.number(), v.integer(), v.minValue(SMALLEST.height), v.maxValue(32_768)),
  maximized: v.boolean(),
})

type WindowState = v.InferOutput<typeof stateSchema>

export type Placement = { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number; readonly maximized: boolean }

function stored(path: string): WindowState | undefined {
  try {
    const parsed = v.safeParse(stateSchema, JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? parsed.output : undefined
  } catch {
    // Absent at the first start, or unreadable: the window opens as at the first start.
    return undefined
  }
}

function visible(state: WindowState, area: Rectangle): boolean {
  return state.x + state.width >= area.x + GRIP && state.x <= area.x + area.width - GRIP && state.y >= area.y && state.y <= area.y + area.height - GRIP
}

/** Where the window goes: where it was, unless the display that it was on is gone. */
export function placement(path: string, screen: Screen): Placement {
  const state = stored(path)
  const area = state === undefined ? screen.getPrimaryDisplay().workArea : screen.getDisplayMatching(state).workArea
  if (state !== undefined && visible(state, area)) return state
  const { width, height } = state ?? FIRST
  return { width: Math.min(width, area.width), height: Math.min(height, area.height), maximized: state?.maximized ?? false }
}

export function keepPlacement(path: string, window: BrowserWindow): Promise<Result<undefined>> {
  const { x, y, width, height } = window.getNormalBounds()
  const state: WindowState = { x, y, width, height, maximized: window.isMaximized() }
  return writeFileAtomic(path, `${JSON.stringify(state)}\n`)
}
