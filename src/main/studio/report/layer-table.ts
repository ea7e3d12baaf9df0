/** The layers of a design as a table, for a report. */
import type { Inspection, LayerReport } from '../../../core/flow/infer.ts'
import { showShape } from '../../../core/ir/shape.ts'
import { count, magnitude } from '../../../shared/numbers.ts'
import { type Markup, html } from './html.ts'

/** Layers of a repeat block that are alike, as one row. */
function alike(layers: readonly LayerReport[]): { readonly layer: LayerReport; readonly times: number }[] {
  const rows = new Map<string, { layer: LayerReport; times: number }>()
  for (const layer of layers) {
    const key = `${layer.at} ${showShape(layer.eventIn)}`
    const row = rows.get(key) ?? { layer, times: 0 }
    row.times += 1
    rows.set(key, row)
  }
  return [...rows.values()]
}

/** `pairs.0.first` as `pairs.first`: the number of the repetition says nothing where they are alike. */
const place = ({ path }: LayerReport, times: number): string => (times === 1 ? path : path.replace(/\.\d+(?=\.)/g, ''))

export function layerTable(inspection: Inspection): Markup {
  return html`<div class="scroll"><table><thead><tr>
    <th>Layer</th><th>Kind</th><th class="n">Times</th><th>In</th><th>Out</th>
    <th class="n">Parameters</th><th class="n">FLOPs to normalize</th><th class="n">to generate</th>
  </tr></thead><tbody>${alike(inspection.layers).map(({ layer, times }) => html`<tr>
    <td><code>${place(layer, times)}</code></td><td>${layer.kind}</td><td class="n">${times}</td>
    <td>${showShape(layer.eventIn)}</td><td>${showShape(layer.eventOut)}</td>
    <td class="n">${count(layer.parameters * times)}</td>
    <td class="n">${magnitude(layer.flops.normalize * times)}</td>
    <td class="n">${magnitude(layer.flops.generate * times)}</td></tr>`)}
  </tbody></table></div>`
}
