/** What reports have around their figures: the HTML page, and what a run was trained with. */
import { clock, count } from '../../../shared/numbers.ts'
import type { RunFile } from '../run-file.ts'
import { Markup, html } from './html.ts'
import { style } from './style.ts'

export const stat = (name: string, value: string, unit: string): Markup =>
  html`<div><dt>${name}</dt><dd>${value}<small>${unit}</small></dd></div>`

/** Size and duration of a training. `step`: the last one. */
export function trainingStats(run: RunFile, inspection: { readonly parameters: number; readonly layers: readonly unknown[] }, step: number): Markup {
  return html`${stat('Parameters', count(inspection.parameters), `${count(inspection.layers.length)} layers`)}
    ${stat('Training', run.seconds === undefined ? '–' : clock(run.seconds), `${count(step)} steps`)}`
}

/** How and with what a run was trained; `first` are the lines about what it was trained on. */
export function facts({ document, engine, versions }: RunFile, first: readonly (readonly [string, string])[]): Markup {
  const { steps, batch, optimizer, learningRate, schedule, seed } = document.training
  const entries: readonly (readonly [string, string])[] = [
    ...first,
    ['Training', `${count(steps)} steps of ${count(batch)} examples`],
    ['Optimizer', `${optimizer.kind} at ${learningRate}, ${schedule} schedule`],
    ['Seed', String(seed)],
    ['Engine', engine.name],
    ['Versions', Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')],
  ]
  return html`<dl class="facts">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

export interface Page {
  readonly run: RunFile
  readonly folder: string
  /** What it was trained on, behind "Trained on". */
  readonly source: string
  readonly stats: Markup
  readonly main: Markup
}

export interface Shell {
  readonly title: string
  readonly header: Markup
  readonly main: Markup
  /** The command that writes the page again. */
  readonly command: string
}

/** A page that asks for nothing from outside. */
export function shellOf({ title, header, main, command }: Shell): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title} · Flowsmith</title>
<style>${new Markup(style)}</style>
</head>
<body>
${header}
<main>
${main}
</main>
<footer>Made by <code>${command}</code></footer>
</body>
</html>
`.text
}

export function pageOf({ run, folder, source, stats, main }: Page): string {
  const day = new Date(run.created).toISOString().slice(0, 10)
  const status = run.status === 'completed' ? '' : ` · ${run.status}`
  const header = html`<header>
<div class="kind">Normalizing flow${status}</div>
<h1>${run.document.name}</h1>
<p>Trained on ${source}, ${day}</p>
${stats}
</header>`
  return shellOf({ title: run.document.name, header, main, command: `flowsmith report ${folder}` })
}
