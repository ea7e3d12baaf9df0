/** What each experiment trains: documents that differ in what is compared, and in nothing else. */
import type { ProjectDocument } from '../../core/design/document.ts'
import { trainingFields, trainingJson } from '../../core/design/training.ts'
import { checkOptions } from '../../core/flow/options.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'

export interface Variant {
  /** Name of its run's folder. */
  readonly name: string
  readonly title: string
  readonly document: ProjectDocument
}

export interface Experiment {
  readonly title: string
  readonly summary: string
  variants(document: ProjectDocument): Result<readonly Variant[]>
}

/** The document trained by another objective, under a name of its own. */
function by(document: ProjectDocument, name: string, changes: Readonly<Record<string, unknown>>): Result<ProjectDocument> {
  const training = checkOptions(trainingFields, { ...trainingJson(document.training), ...changes }, 'training')
  return training.ok ? accept({ ...document, name, training: training.value }) : training
}

function all(variants: readonly (readonly [name: string, title: string, document: Result<ProjectDocument>])[]): Result<readonly Variant[]> {
  const issues = variants.flatMap(([, , document]) => (document.ok ? [] : document.issues))
  if (issues.length > 0) return reject(...issues)
  return accept(variants.flatMap(([name, title, document]) => (document.ok ? [{ name, title, document: document.value }] : [])))
}

const generators: Experiment = {
  title: 'Flow, autoencoder and GAN',
  summary: 'the flow by maximum likelihood, as an autoencoder\'s decoder, and adversarially',
  variants: (document) => all([
    ['flow', 'maximum likelihood', by(document, 'Flow', { objective: 'maximum-likelihood' })],
    ['autoencoder', 'the flow as decoder, by the ELBO', by(document, 'Autoencoder', { objective: 'elbo-decoder' })],
    // Neither its loss nor its likelihood says which step is the best: the last one is taken.
    ['gan', 'the flow against a discriminator', by(document, 'GAN', { objective: 'adversarial', keepBest: false })],
  ]),
}

const posteriors: Experiment = {
  title: 'Gaussian and flow posterior',
  summary: 'an autoencoder with a Gaussian posterior, beside one with the design\'s flow',
  variants(document) {
    const { objective } = document.training
    if (objective.kind !== 'elbo' || document.design.layers.length === 0) {
      return reject(error('experiment-design', 'this experiment takes an autoencoder whose posterior has flow layers', {
        at: objective.kind === 'elbo' ? 'layers' : 'training.objective', fix: 'start from `flowsmith new vae-planar`',
      }))
    }
    const plain: ProjectDocument = { ...document, name: 'Gaussian posterior', design: { ...document.design, layers: [] } }
    return accept([
      { name: 'gaussian', title: 'no flow layers: the standard autoencoder', document: plain },
      { name: 'flow', title: 'the posterior with its flow', document: { ...document, name: 'Flow posterior' } },
    ])
  },
}

export const experiments: Readonly<Record<string, Experiment>> = { generators, posteriors }
