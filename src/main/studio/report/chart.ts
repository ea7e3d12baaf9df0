/** Charts as SVG text, drawn by ECharts without a browser. Colours are CSS variables: they follow the page's theme. */
import { LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridComponent, MarkLineComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Range } from './scales.ts'

use([LineChart, ScatterChart, GridComponent, GraphicComponent, MarkLineComponent, SVGRenderer])

export const ink = {
  data: 'var(--data)', accent: 'var(--accent)', second: 'var(--second)', muted: 'var(--muted)', rule: 'var(--rule)',
} as const

export interface Size {
  readonly width: number
  readonly height: number
}

let drawn = 0

/** How ECharts draws a round symbol: a unit circle as a path, with its radius and middle in a matrix. */
const DOT = /<path d="M1 0A1 1 0 1 1[^"]*" transform="matrix\(([^,]+),0,0,[^,]+,([^,]+),([^,)]+)\)"([^>]*)><\/path>/g

/** What only a page with ECharts' own script could use is taken out; ids are made unique on the page. */
function tidy(svg: string, title: string): string {
  drawn += 1
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(DOT, (_all, r: string, x: string, y: string, rest: string) =>
      `<circle cx="${short(x)}" cy="${short(y)}" r="${short(r)}"${rest}/>`)
    .replace(/zr\d+-c(\d+)/g, `chart${drawn}-$1`)
    .replace(/<svg width="\d+" height="\d+"/, `<svg role="img" aria-label="${title}"`)
}

const short = (number: string): string => String(Number(Number(number).toFixed(1)))

export function drawSvg(title: string, size: Size, option: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'var(--sans)' }, ...option })
    return tidy(chart.renderToSVGString(), title)
  } finally {
    chart.dispose()
  }
}

export type AxisOption = Readonly<Record<string, unknown>>

/** A quiet axis: hairlines, small labels, no ticks. */
export function axis(range: Range & { readonly step?: number }, extra: AxisOption = {}): AxisOption {
  return {
    type: 'value', min: range.min, max: range.max, ...(range.step === undefined ? {} : { interval: range.step }),
    axisLine: { show: false }, axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: ink.rule, width: 1 } },
    axisLabel: { color: ink.muted, fontSize: 11, margin: 8, formatter: tickText(range.step) },
    ...extra,
  }
}

/** For an axis that is a line below the picture, without lines across it. */
export const baseline: AxisOption = {
  splitLine: { show: false }, axisLine: { show: true, onZero: false, lineStyle: { color: ink.rule } },
}

/** Labels of an axis whose ends are no ticks. */
export const innerLabels: AxisOption = {
  color: ink.muted, fontSize: 11, margin: 8, showMinLabel: false, showMaxLabel: false,
  formatter: (value: number) =>
    Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 6 }).replace('-', '−'),
}

/** As many decimals as the distance of the ticks asks for; a true minus sign. */
function tickText(step: number | undefined): (value: number) => string {
  return (value) => {
    const decimals = step === undefined ? 2 : Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
    const rounded = Object.is(Number(value.toFixed(decimals)), -0) ? 0 : value
    const text = Math.abs(rounded) >= 1e5 ? rounded.toExponential(0) : rounded.toLocaleString('en-US', {
      minimumFractionDigits: Math.min(decimals, 12), maximumFractionDigits: Math.min(decimals, 12),
    })
    return text.replace('-', '−')
  }
}
