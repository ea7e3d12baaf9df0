/** The loss of a run over its steps, as an SVG of its own: drawn by ECharts without a page. */
import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { type Line, levelLine, lineSeries, xAxis, yAxis } from '../../charts/options.ts'
import type { ChartTheme } from '../../charts/use-chart-theme.ts'

use([LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])

export interface LikelihoodPicture {
  readonly lines: readonly Line[]
  /** Of the curves: `Negative log-likelihood`. */
  readonly title: string
  readonly unit: string
  readonly steps: number
  /** What nothing gets below, and its name. */
  readonly floor: number | undefined
  readonly floorName: string
  readonly range: readonly [number, number] | undefined
}

/** The page's list of fonts has names in quotes, which would end the attributes that they stand in. */
const FONT = 'system-ui, sans-serif'

export function likelihoodSvg({ lines, title, unit, steps, floor, floorName, range }: LikelihoodPicture, colors: ChartTheme, width = 760, height = 420): string {
  const theme = { ...colors, font: FONT }
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false, backgroundColor: theme.panel,
    textStyle: { fontFamily: FONT, fontSize: 12, color: theme.muted },
    legend: { top: 8, right: 16, icon: 'roundRect', itemWidth: 14, itemHeight: 3, textStyle: { color: theme.muted }, data: lines.filter(({ faint }) => faint !== true).map(({ name }) => name) },
    grid: { left: 12, right: 20, top: 40, bottom: 26, containLabel: true },
    xAxis: xAxis(theme, { name: 'step', min: 0, max: steps }),
    yAxis: yAxis(theme, { name: `${title}, ${unit}`, min: range?.[0], max: range?.[1] }),
    series: [
      ...lines.map(lineSeries),
      { type: 'line', data: [], silent: true, ...(floor === undefined ? {} : { markLine: levelLine(theme, floor, floorName, theme.ok) }) },
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
