/**
 * The newest invertibility certificate of the open project, for every view: the table of Explore, and the colours of the
 * nodes on the canvas. In a node: `const grade = useNodeCertificate(() => node.id, () => node.kind)`.
 */
import { defineStore } from 'pinia'
import { type ComputedRef, computed, ref, shallowRef, watch } from 'vue'
import type { Issue } from '../../core/issues.ts'
import type { CertificateEntry, ResultOf } from '../../shared/api.ts'
import { WORK_CANCELLED } from '../../shared/run-events.ts'
import { type Grade, gradeOf, worstGrade } from './certificate-grades.ts'
import { useConnection } from './connection.ts'
import { useProject } from './project.ts'

/** Held-out points that are sent there and back. */
const POINTS = 32

export interface Certificate extends Readonly<ResultOf['explore.certificate']> {
  readonly project: string
  readonly run: string
  /** Which weights of the run it is about. */
  readonly weights: string
}

export interface NodeCertificate {
  readonly grade: Grade
  /** The worst figures of the node's layers: a node in a repeat block stands for several. */
  readonly entries: readonly CertificateEntry[]
}

export const useCertificate = defineStore('certificate', () => {
  const connection = useConnection()
  const project = useProject()
  const current = shallowRef<Certificate>()
  const issues = shallowRef<readonly Issue[]>([])
  const pending = ref(false)
  let asked = ''

  /** Layers by the id of their node in the design. */
  const byNode = computed(() => {
    const nodes = new Map<string, NodeCertificate>()
    for (const entry of current.value?.layers ?? []) {
      const entries = [...nodes.get(entry.id)?.entries ?? [], entry]
      nodes.set(entry.id, { entries, grade: worstGrade(entries.map((one) => gradeOf(one).grade)) })
    }
    return nodes
  })

  function matches(run: string, weights: string): boolean {
    const known = current.value
    return known !== undefined && known.project === project.id && known.run === run && known.weights === weights
  }

  /** Makes the certificate of a run, unless it is there already. */
  async function certify(run: string, weights: string): Promise<void> {
    const of = project.id
    const name = `${of} ${run} ${weights}`
    if (matches(run, weights) || (pending.value && asked === name)) return
    asked = name
    pending.value = true
    issues.value = []
    const reply = await connection.request('explore.certificate', { project: of, run, points: POINTS })
    if (asked !== name) return
    pending.value = false
    if (reply.ok) current.value = { ...reply.value, project: of, run, weights }
    // Whoever ended it knows.
    else issues.value = reply.issues.filter(({ code }) => code !== WORK_CANCELLED)
  }

  function clear(): void {
    asked = ''
    pending.value = false
    current.value = undefined
    issues.value = []
  }
  watch(() => project.id, clear)

  return { current, issues, pending, byNode, certify, matches, clear }
})

/** What the certificate says of one node of the design; undefined where there is none, or the node is of another kind now. */
export function useNodeCertificate(id: () => string, kind: () => string): ComputedRef<NodeCertificate | undefined> {
  const certificate = useCertificate()
  return computed(() => {
    const found = certificate.byNode.get(id())
    return found?.entries[0]?.kind === kind() ? found : undefined
  })
}
