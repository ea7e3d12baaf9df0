/** Colours and type of charts, from the tokens of the present theme. */
import { type Ref, computed } from 'vue'
import { useThemeColors } from '../styles/theme-colors.ts'

export interface ChartTheme {
  readonly text: string
  readonly muted: string
  readonly faint: string
  /** Of axes; grid lines are `grid`. */
  readonly line: string
  readonly grid: string
  readonly panel: string
  readonly raised: string
  readonly accent: string
  readonly warning: string
  readonly error: string
  readonly ok: string
  /** Colours of series, in their order. */
  readonly series: readonly string[]
  readonly font: string
}

export function useChartTheme(): Ref<ChartTheme> {
  const colors = useThemeColors(
    'text', 'text-muted', 'text-faint', 'border', 'border-strong', 'panel', 'raised', 'accent', 'warning', 'error', 'ok',
    'series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6',
  )
  return computed(() => {
    const c = colors.value
    return {
      text: c.text, muted: c['text-muted'], faint: c['text-faint'], line: c['border-strong'], grid: c.border,
      panel: c.panel, raised: c.raised, accent: c.accent, warning: c.warning, error: c.error, ok: c.ok,
      series: [c['series-1'], c['series-2'], c['series-3'], c['series-4'], c['series-5'], c['series-6']],
      font: getComputedStyle(document.body).fontFamily,
    }
  })
}

/** `rgb(…)` with an opacity. */
export function faded(color: string, opacity: number): string {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
  return `rgba(${r}, ${g}, ${b}, ${opacity})`
}
