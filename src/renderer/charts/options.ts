/** Parts of ECharts options in the manner of the studio: thin axes, small type, quiet tooltips. */
import { type ChartTheme, faded } from './use-chart-theme.ts'
import { formatValue } from './ticks.ts'

export interface AxisOptions {
  readonly name?: string | undefined
  readonly log?: boolean | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** About how many ticks. */
  readonly ticks?: number | undefined
  readonly format?: ((value: number) => string) | undefined
}

/** Axes of categories bring their names instead of numbers. */
const written = (format: (value: number) => string) => (value: number | string): string => (typeof value === 'number' ? format(value) : value)

export function xAxis(theme: ChartTheme, { name, log = false, min, max, ticks, format = formatValue }: AxisOptions = {}) {
  return {
    type: log ? 'log' as const : 'value' as const,
    name, nameLocation: 'middle' as const, nameGap: 20, nameTextStyle: { color: theme.faint, fontSize: 11 },
    min, max, splitNumber: ticks ?? 6,
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.line, width: 1 } },
    axisTick: { show: false },
    axisLabel: { color: theme.faint, fontSize: 11, hideOverlap: true, formatter: written(format) },
    splitLine: { show: false },
  }
}

export function yAxis(theme: ChartTheme, { name, log = false, min, max, ticks, format = formatValue }: AxisOptions = {}) {
  return {
    type: log ? 'log' as const : 'value' as const,
    name, nameLocation: 'end' as const, nameGap: 8, nameTextStyle: { color: theme.faint, fontSize: 11, align: 'left' as const },
    min, max, splitNumber: ticks ?? 4, scale: true,
    axisLine: { show: false },
    axisTick: { show: false },
    // The ends of a range that was chosen are seldom round.
    axisLabel: {
      color: theme.faint, fontSize: 11, hideOverlap: true, formatter: written(format),
      ...(min === undefined || min === 0 ? {} : { showMinLabel: false }), ...(max === undefined ? {} : { showMaxLabel: false }),
    },
    splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
  }
}

export function tooltip(theme: ChartTheme) {
  return {
    trigger: 'axis' as const, confine: true, transitionDuration: 0, padding: [5, 8], borderWidth: 1,
    backgroundColor: theme.raised, borderColor: theme.grid, extraCssText: 'border-radius: 6px; box-shadow: var(--shadow-2);',
    textStyle: { color: theme.text, fontSize: 11, fontFamily: theme.font },
    axisPointer: { type: 'line' as const, lineStyle: { color: theme.line, width: 1, type: 'solid' as const }, label: { show: false } },
  }
}

export interface Line {
  readonly name: string
  readonly color: string
  /** [x, y] pairs, ascending in x. */
  readonly points: readonly (readonly [number, number])[]
  readonly width?: number | undefined
  readonly dashed?: boolean | undefined
  /** Drawn behind the others, faintly, and left out of the tooltip. */
  readonly faint?: boolean | undefined
  readonly dots?: boolean | undefined
  readonly step?: boolean | undefined
}

export function lineSeries({ name, color, points, width = 1.75, dashed = false, faint = false, dots = false, step = false }: Line) {
  return {
    type: 'line' as const, name, data: points as [number, number][], step: step ? 'end' as const : false as const,
    showSymbol: dots, symbol: 'circle', symbolSize: 5, itemStyle: { color }, silent: faint, z: faint ? 1 : 2,
    lineStyle: { color: faint ? faded(color, 0.28) : color, width: faint ? 1 : width, type: dashed ? 'dashed' as const : 'solid' as const, cap: 'round' as const, join: 'round' as const },
    emphasis: { disabled: true }, animation: false, tooltip: { show: !faint },
  }
}

/** A horizontal line with its name at the right end. */
export function levelLine(theme: ChartTheme, value: number, text: string, color: string) {
  return {
    // Without a precision the line is drawn at the value rounded to two decimals.
    silent: true, symbol: 'none', animation: false, precision: 12,
    data: [{ yAxis: value }],
    lineStyle: { color, width: 1, type: 'dashed' as const },
    label: {
      show: true, position: 'insideEndBottom' as const, formatter: text, color, fontSize: 11, fontFamily: theme.font, distance: 4,
      backgroundColor: theme.panel, padding: [1, 4], borderRadius: 3,
    },
  }
}

/** Text is put into the tooltip as HTML, and names are people's. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Rows of a tooltip: a dot of the series' colour, its name, its value. */
export function tooltipRows(head: string, rows: readonly { readonly color: string; readonly name: string; readonly value: string }[]): string {
  const lines = rows.map(({ color, name, value }) =>
    `<div style="display:flex;gap:12px;align-items:center"><span style="display:flex;gap:6px;align-items:center">`
    + `<span style="width:7px;height:7px;border-radius:50%;background:${color}"></span>${escapeHtml(name)}</span>`
    + `<span style="margin-left:auto">${escapeHtml(value)}</span></div>`)
  return `<div style="font-variant-numeric:tabular-nums"><div style="opacity:.7;margin-bottom:2px">${escapeHtml(head)}</div>${lines.join('')}</div>`
}
