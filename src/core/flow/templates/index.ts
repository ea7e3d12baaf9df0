/** The catalogue of templates: one import and one line each, the simplest first. */
import { arRqNsf } from './ar-rq-nsf.ts'
import { gan } from './gan.ts'
import { iaf } from './iaf.ts'
import { linearQr } from './linear-qr.ts'
import { maf } from './maf.ts'
import { naf } from './naf.ts'
import { nice } from './nice.ts'
import { planar, planarGenerating } from './planar.ts'
import { radial } from './radial.ts'
import { realnvp } from './realnvp.ts'
import { residual } from './residual.ts'
import { rnnAf } from './rnn-af.ts'
import { rqNsf } from './rq-nsf.ts'
import { sylvester } from './sylvester.ts'
import type { Template } from './template.ts'
import { vae, vaePlanar } from './vae.ts'
import { vi } from './vi.ts'

export type { MeasuredResult, ReportedResult, Template, TemplateOptions, TrainingDefaults, Variant } from './template.ts'

const definitions: readonly Template[] = [
  nice,
  realnvp,
  rqNsf,
  linearQr,
  planar,
  planarGenerating,
  radial,
  sylvester,
  residual,
  maf,
  iaf,
  arRqNsf,
  naf,
  rnnAf,
  vi,
  vae,
  vaePlanar,
  gan,
]

export const templates: Readonly<Record<string, Template>> =
  Object.fromEntries(definitions.map((template) => [template.id, template]))
