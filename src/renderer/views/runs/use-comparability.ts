/** Which of the selected runs were tested on something else than the first of them. */
import { type ComputedRef, computed, shallowRef, watch } from 'vue'
import type { RunDetail, RunSummary } from '../../../shared/api.ts'
import { type TestedRun, discrepancies, discrepancyText } from '../../../shared/comparability.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'

export interface Incomparable {
  readonly run: string
  readonly name: string
  /** In what they differ. */
  readonly text: string
}

const tested = ({ source, fingerprint, columns, context, document }: RunDetail): TestedRun => ({ source, fingerprint: fingerprint ?? '', columns, context, document })

/** The first run is what the others are held against. */
export function incomparableTo(first: RunDetail, others: readonly RunDetail[]): readonly Incomparable[] {
  return others.flatMap((other) => {
    const found = discrepancies(tested(other), tested(first))
    return found.length === 0 ? [] : [{ run: other.run, name: other.name, text: discrepancyText(found) }]
  })
}

/** Runs are frozen when they start: what is known of one stays known. */
export function useComparability(selected: () => readonly RunSummary[]): ComputedRef<readonly Incomparable[]> {
  const connection = useConnection()
  const project = useProject()
  const details = shallowRef<ReadonlyMap<string, RunDetail>>(new Map())
  watch(() => project.id, () => { details.value = new Map() })

  watch(() => selected().map(({ run }) => run).join(' '), async () => {
    const { id } = project
    const wanted = selected().length < 2 ? [] : selected().filter(({ run }) => !details.value.has(run))
    const replies = await Promise.all(wanted.map(({ run }) => connection.request('runs.get', { project: id, run })))
    if (id !== project.id) return
    // What cannot be read is told by the list.
    const read = replies.flatMap((reply) => (reply.ok ? [reply.value] : []))
    if (read.length > 0) details.value = new Map([...details.value, ...read.map((detail) => [detail.run, detail] as const)])
  }, { immediate: true })

  return computed(() => {
    const [first, ...others] = selected().flatMap(({ run }) => details.value.get(run) ?? [])
    return first === undefined ? [] : incomparableTo(first, others)
  })
}
