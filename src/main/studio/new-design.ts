/** A new design file from a template. */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, relative, resolve } from 'node:path'
import { isSynthetic } from '../../core/data/synthetic/parse.ts'
import { type ProjectDocument, FORMAT, readDocumentJson, writeDocument } from '../../core/design/document.ts'
import { CURRENT_VERSION } from '../../core/design/migrations/index.ts'
import { assembleModel } from '../../core/objectives/model.ts'
import type { EventShape } from '../../core/flow/layer.ts'
import { suggest } from '../../core/suggest.ts'
import { type TemplateOptions, templates } from '../../core/flow/templates/index.ts'
import { type Result, accept, error, reject } from '../../core/issues.ts'
import { writeFileAtomic } from '../../files/atomic-write.ts'

export interface NewDesign {
  readonly template: string
  readonly event: EventShape
  /** The file to write; its name becomes the design's. */
  readonly path: string
  /** A data source, a path counted from the present folder, or `synthetic:…`. */
  readonly data?: string | undefined
  /** What the template's flow is made of. */
  readonly options?: TemplateOptions | undefined
}

/** The template's document for events of this shape. */
function build({ template: id, event, path, data, options }: NewDesign): Result<ProjectDocument> {
  const template = Object.hasOwn(templates, id) ? templates[id] : undefined
  if (template === undefined) {
    const fix = suggest(id, Object.keys(templates))
    return reject(error('template-unknown', `there is no template '${id}'`, { at: 'TEMPLATE', fix }))
  }
  const { design, training, target } = template.build(event, options)
  if (options?.base !== undefined && design.base['kind'] !== options.base) {
    return reject(error('template-base', `the template '${id}' has the base '${String(design.base['kind'])}'`, {
      at: '--base', fix: 'leave --base out; change the base in the design itself',
    }))
  }
  const source = data === undefined || isSynthetic(data) || isAbsolute(data)
    ? data : relative(dirname(resolve(path)), resolve(data))
  const document = readDocumentJson({
    format: FORMAT, version: CURRENT_VERSION, name: basename(path, extname(path)), design,
    ...(source === undefined ? {} : { data: { source } }), ...(target === undefined ? {} : { target }), training,
  }, `template ${id}`)
  if (!document.ok) return document
  const { design: flow, training: { objective } } = document.value
  const model = assembleModel({ design: flow, objective })
  return model.ok ? document : reject(...model.issues)
}

/** Writes the document. A file that is there already is left alone. */
export async function createDesign(request: NewDesign): Promise<Result<ProjectDocument>> {
  const document = build(request)
  if (!document.ok) return document
  const { path } = request
  if (existsSync(path)) {
    const fix = 'choose another name with --out'
    return reject(error('file-taken', 'there is a file of this name already', { at: path, fix }))
  }
  const written = await writeFileAtomic(path, writeDocument(document.value))
  return written.ok ? accept(document.value) : written
}
