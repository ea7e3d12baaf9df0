/** The design of the open project as it is seen: what the analysis found, and where everything stands on the canvas. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { contextSize as contextLength } from '../../core/data/context.ts'
import { type DesignNode, type FlowDesign, isRepeat } from '../../core/flow/design.ts'
import { type Layout, layOut } from '../../core/flow/flow.ts'
import { eventSize } from '../../core/flow/layer.ts'
import { type ColumnRange, lintData } from '../../core/flow/lint-data.ts'
import { lintTrained } from '../../core/flow/lint-trained.ts'
import { type Issue, error } from '../../core/issues.ts'
import { type Analysis, type NodeFacts, analyse } from '../editor/analysis.ts'
import { layOutChain } from '../editor/chain-layout.ts'
import { layerSummary } from '../editor/catalogue.ts'
import { type ObjectiveFacts, objectiveFacts } from '../editor/objective-facts.ts'
import { showEvent } from '../editor/words.ts'
import { placesOf } from '../editor/tree.ts'
import { useCertificate } from './certificate.ts'
import { useConnection } from './connection.ts'
import { usePreferences } from './preferences.ts'
import { useProject } from './project.ts'

interface DataFacts {
  readonly source: string
  readonly event: readonly number[]
  readonly rows: number
  readonly issues: readonly Issue[]
  readonly columns: readonly ColumnRange[]
  /** Length of the context that their context columns make. */
  readonly context: number
}

const NOTHING: FlowDesign = { event: [1], layers: [], base: { kind: 'gaussian' } }
const NO_OBJECTIVE: ObjectiveFacts = { contextSize: 0, dataEvent: [1], takesData: false, density: true }
/** A slower analysis is put off while edits follow one another. */
const SLOW = 10
const PAUSE = 120

export const useFlow = defineStore('flow', () => {
  const project = useProject()
  const preferences = usePreferences()
  const connection = useConnection()
  const certificate = useCertificate()

  const design = computed(() => project.document?.design ?? NOTHING)
  const places = computed(() => placesOf(design.value.layers))
  const folded = computed(() => new Set(project.document?.editor?.folded))
  const layout = computed(() => layOutChain(design.value.layers, preferences.values.orientation, folded.value, isSlim))

  const data = shallowRef<DataFacts>()
  /** Until the data have been read, a place for each context column. */
  const objective = computed(() => (project.document === undefined ? NO_OBJECTIVE
    : objectiveFacts(project.document, data.value?.context ?? project.document.data?.context?.length ?? 0)))
  const contextSize = computed(() => objective.value.contextSize)
  const laidOut = (): Layout => layOut(design.value, { contextSize: contextSize.value })
  const dataIssues = computed(() => {
    const facts = data.value
    const said = facts === undefined ? [] : [...shapeIssues(facts, design.value, objective.value), ...facts.issues, ...beside(facts)]
    return [...said, ...trained()]
  })
  let asked = ''
  const wanted = computed(() => (project.document?.data === undefined ? '' : JSON.stringify([project.id, project.document.data])))
  async function readData(): Promise<void> {
    const [id, now] = [project.id, wanted.value]
    asked = now
    data.value = undefined
    if (now === '') return
    const reply = await connection.request('data.preview', { project: id, rows: 0 })
    // What keeps the data from being read is said where data are chosen.
    if (reply.ok && asked === now) {
      data.value = {
        source: reply.value.source, event: reply.value.event, rows: reply.value.rows, issues: reply.value.issues,
        columns: reply.value.columns, context: contextLength(reply.value.context),
      }
    }
  }
  // Before the studio has taken an edit it would answer about the data as they were.
  watch([wanted, () => project.saved], ([now, saved]) => { if (saved && now !== asked) void readData() }, { immediate: true })
  connection.onReturn(() => { void readData() })

  /** What the design says beside these data; settings that ask for dequantization add the layer when a run starts. */
  function beside({ columns, event }: DataFacts): Issue[] {
    const { takesData, density } = objective.value
    const laid = laidOut()
    const wrong = laid.issues.some(({ severity }) => severity === 'error')
    if (wrong || !takesData || event.join() !== design.value.event.join()) return []
    return lintData(laid.layers, columns, !density || project.document?.data?.dequantize !== undefined)
  }

  /** What the newest certificate of a run says of the layers that are still there. */
  function trained(): Issue[] {
    const figures = certificate.current?.layers ?? []
    return figures.length === 0 ? [] : lintTrained(laidOut().layers, figures)
  }

  const analysis = shallowRef<Analysis>(analyse(NOTHING))
  let timer: ReturnType<typeof setTimeout> | undefined
  let duration = 0
  function run(): void {
    timer = undefined
    const start = performance.now()
    analysis.value = keepAlike(analysis.value, analyse(design.value, dataIssues.value, contextSize.value))
    duration = performance.now() - start
  }
  watch([design, dataIssues, contextSize], () => {
    if (duration < SLOW) run()
    else timer ??= setTimeout(run, PAUSE)
  }, { immediate: true, flush: 'sync' })

  return { design, places, folded, layout, analysis, data, contextSize }
})

/** A layer whose options have nothing to say is one line. */
const isSlim = (node: DesignNode): boolean => !isRepeat(node) && layerSummary(node) === ''

function shapeIssues(data: DataFacts, design: FlowDesign, { dataEvent }: ObjectiveFacts): Issue[] {
  if (data.event.join() === dataEvent.join()) return []
  if (dataEvent.join() !== design.event.join()) {
    return [error('objective-data-event', `the objective models events of ${showEvent(dataEvent)}, the data have ${showEvent(data.event)}`, {
      at: 'training.objective', fix: 'change its dimensions in the Train view, or choose other columns',
    })]
  }
  // Images come as rows of as many columns.
  if (eventSize(data.event) === eventSize(design.event) && design.event.length === 3) return []
  const [expected, got] = [showEvent(design.event), showEvent(data.event)]
  return [error('data-event', `the design expects an event of ${expected}, the data have ${got}`, {
    at: 'event', fix: `set the event to ${got}, or choose other columns`,
  })]
}

/**
 * The facts of a node stay the same object where nothing about it has changed, so that only what changed is drawn anew.
 */
function keepAlike(before: Analysis, now: Analysis): Analysis {
  const nodes = new Map<string, NodeFacts>()
  for (const [id, facts] of now.nodes) {
    const old = before.nodes.get(id)
    nodes.set(id, old !== undefined && alike(old, facts) ? old : facts)
  }
  return { ...now, nodes }
}

function alike(a: NodeFacts, b: NodeFacts): boolean {
  return a.parameters === b.parameters && a.count === b.count
    && a.eventIn.join() === b.eventIn.join()
    && a.eventOut.join() === b.eventOut.join()
    && a.latent?.join() === b.latent?.join()
    && a.cost?.normalize === b.cost?.normalize && a.cost?.generate === b.cost?.generate
    && [...a.transforms ?? []].join() === [...b.transforms ?? []].join()
    && a.issues.length === b.issues.length
    && a.issues.every((issue, i) => issue.message === b.issues[i]?.message && issue.at === b.issues[i]?.at)
}
