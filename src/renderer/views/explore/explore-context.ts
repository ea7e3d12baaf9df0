/** What all parts of Explore share: the run that is looked into, its data, samples, and the point that is followed. */
import { type ComputedRef, type InjectionKey, type Ref, type ShallowRef, computed, inject, provide, ref, shallowRef, watch } from 'vue'
import { type ContextEncoding, type ContextValues, contextSize } from '../../../core/data/context.ts'
import { eventSize } from '../../../core/flow/layer.ts'
import { dataEvent, mapsData, takesData } from '../../../core/objectives/shapes.ts'
import { type Issue, type Result, accept } from '../../../core/issues.ts'
import type { ResultOf, RunSummary } from '../../../shared/api.ts'
import type { RequestName, RequestOf } from '../../../shared/requests.ts'
import { useConnection } from '../../stores/connection.ts'
import { useProject } from '../../stores/project.ts'
import { useRuns } from '../../stores/runs.ts'
import { type ImageShape, imageShape } from './latents.ts'
import { type Reply, useReply } from './use-reply.ts'

type ExploreName = Extract<RequestName, `explore.${string}`>
type Question<N extends ExploreName> = Omit<RequestOf<N>, 'project' | 'run' | 'context'>
/** What is asked under the conditions that were chosen. Data are ranked under their own. */
const CONDITIONAL: ReadonlySet<ExploreName> = new Set(['explore.density', 'explore.rosenblatt', 'explore.points', 'explore.samples', 'explore.trace', 'explore.generate'])

/** Points of the data and samples that pictures show. */
const SHOWN = 2000
/** With fewer held-out points than this, those of the training are shown: a picture needs points. */
const FEW = 400
/** Another than that of the samples that are shown beside. */
const DRAWN_SEED = 1

export interface ShownData extends Readonly<ResultOf['explore.points']> {
  /** `drawn`: of a run that fits a density there are no data, and what the flow draws stands in their place. */
  readonly part: 'held-out' | 'training' | 'drawn'
}

export interface ExploreContext {
  readonly run: ComputedRef<RunSummary | undefined>
  /** Id of the run and of its weights: what is shown is out of date when it changes. Empty without weights. */
  readonly weights: ComputedRef<string>
  /** Id of all that answers depend on: the weights, and the conditions of a conditional flow. Empty without weights. */
  readonly subject: ComputedRef<string>
  /** Columns that the flow is conditioned on; empty for most. */
  readonly conditions: ComputedRef<ContextEncoding>
  /** Values that were chosen for them; the others are at their first class or their mean. */
  readonly given: Ref<ContextValues>
  /** Whether the data have a way through the flow: not where it bends the codes of an autoencoder. */
  readonly maps: ComputedRef<boolean>
  /** Whether it was trained on data. */
  readonly fromData: ComputedRef<boolean>
  /** Whether the density that the flow learned is known, on a plane that it maps: there is an exact map to compare with. */
  readonly densityKnown: ComputedRef<boolean>
  /** One example of the data. */
  readonly event: ComputedRef<readonly number[]>
  readonly dimension: ComputedRef<number>
  /** Numbers of one point that examples are made of: of the data's own dimensions, or of the codes of an autoencoder. */
  readonly latents: ComputedRef<number>
  readonly image: ComputedRef<ImageShape | undefined>
  /** Names of the dimensions. */
  readonly names: ComputedRef<readonly string[]>
  readonly detailIssues: Readonly<ShallowRef<readonly Issue[]>>
  readonly data: Reply<ShownData>
  readonly samples: Reply<ResultOf['explore.samples']>
  /** Set by whoever shows samples: they are drawn from then on. */
  readonly sampling: Ref<boolean>
  readonly temperature: Ref<number>
  readonly seed: Ref<number>
  /** The point in data space that is followed, [D]. */
  readonly followed: ShallowRef<Float32Array<ArrayBuffer> | undefined>
  /** Asks about the chosen run, under the conditions that were chosen where there are no others. */
  ask<N extends ExploreName>(name: N, question: Question<N>, under?: ContextValues): Promise<Result<ResultOf[N]>>
}

const KEY: InjectionKey<ExploreContext> = Symbol('explore')

/** The run of this project that was chosen last, or the newest with weights. */
function chooseRun(runs: readonly RunSummary[], chosen: string | undefined): RunSummary | undefined {
  return runs.find(({ run }) => run === chosen) ?? runs.find(hasWeights) ?? runs[0]
}
/** The first validation of a run writes its first checkpoint. */
export const hasWeights = ({ best, testNll }: RunSummary): boolean => best !== undefined || testNll !== undefined

export function provideExplore(chosen: Ref<string | undefined>): ExploreContext {
  const connection = useConnection()
  const project = useProject()
  const runs = useRuns()

  const run = computed(() => chooseRun(runs.newestFirst, chosen.value))
  const weights = computed(() => {
    const now = run.value
    return now === undefined || !hasWeights(now) ? '' : `${now.run} ${now.best?.step ?? now.step}`
  })
  const id = computed(() => run.value?.run)
  const detail = useReply(
    () => (id.value === undefined ? undefined : { project: project.id, run: id.value }),
    (request) => connection.request('runs.get', request))
  const conditions = computed(() => detail.value.value?.context ?? [])
  const given = ref<ContextValues>({})
  watch(id, () => { given.value = {} })
  // Data of the same class are shown beside: which it is is said from the start.
  watch(conditions, (columns) => {
    given.value = Object.fromEntries(columns.flatMap((column): [string, string][] => (column.kind === 'class' ? [[column.name, column.classes[0] ?? '']] : [])))
  })
  const subject = computed(() => (weights.value === '' ? '' : `${weights.value} ${JSON.stringify(given.value)}`))
  const trained = computed(() => detail.value.value?.document)
  const maps = computed(() => trained.value === undefined || mapsData(trained.value.training.objective, trained.value.design.event, contextSize(conditions.value)))
  const fromData = computed(() => trained.value === undefined || takesData(trained.value.training.objective))
  const event = computed(() => (trained.value !== undefined ? dataEvent(trained.value.training.objective, trained.value.design.event) : run.value === undefined ? [] : [run.value.dimension]))
  const dimension = computed(() => eventSize(event.value))
  const latents = computed(() => (trained.value === undefined || maps.value ? dimension.value : eventSize(trained.value.design.event)))
  const densityKnown = computed(() => maps.value && dimension.value === 2 && (!fromData.value || run.value?.source.startsWith('synthetic:') === true))
  const names = computed(() => Array.from({ length: dimension.value }, (_, i) => detail.value.value?.columns[i] ?? `x${i + 1}`))
  const image = computed(() => imageShape(event.value))

  async function ask<N extends ExploreName>(name: N, question: Question<N>, values: ContextValues = given.value): Promise<Result<ResultOf[N]>> {
    const under = CONDITIONAL.has(name) && conditions.value.length > 0 ? { context: values } : {}
    // The question of this request without the parts that are added here.
    return connection.request(name, { ...question, ...under, project: project.id, run: id.value ?? '' } as RequestOf<N>)
  }
  const temperature = ref(1)
  const seed = ref(0)
  const sampling = ref(false)
  const followed = shallowRef<Float32Array<ArrayBuffer>>()
  watch(id, () => { followed.value = undefined })
  const data = useReply(
    () => (subject.value === '' || trained.value === undefined ? undefined : { of: subject.value, count: SHOWN, drawn: !fromData.value }),
    async ({ count, drawn }): Promise<Result<ShownData>> => {
      if (drawn) {
        const made = await ask('explore.samples', { count, temperature: 1, seed: DRAWN_SEED })
        return made.ok ? accept({ values: made.value.x, count, part: 'drawn' }) : made
      }
      const heldOut = await ask('explore.points', { part: 'test', count })
      if (!heldOut.ok) return heldOut
      if (heldOut.value.count >= FEW) return accept({ ...heldOut.value, part: 'held-out' })
      const trained = await ask('explore.points', { part: 'train', count })
      return trained.ok ? accept({ ...trained.value, part: 'training' }) : trained
    })
  const samples = useReply(
    () => (subject.value === '' || !sampling.value ? undefined : { of: subject.value, count: SHOWN, temperature: temperature.value, seed: seed.value }),
    ({ count, temperature: heat, seed: from }) => ask('explore.samples', { count, temperature: heat, seed: from }))

  const context: ExploreContext = {
    run, weights, subject, conditions, given, maps, fromData, densityKnown, event, dimension, latents, image, names, detailIssues: detail.issues, data, samples, temperature, seed, sampling, followed, ask,
  }
  provide(KEY, context)
  return context
}

export function useExplore(): ExploreContext {
  const context = inject(KEY)
  if (context === undefined) throw new Error('useExplore: outside of the Explore view')
  return context
}
