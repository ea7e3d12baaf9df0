/** Versions of what decides the numbers of a run, for run.json. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { producer } from '../../core/onnx/producer.ts'
import { errorCode } from '../../files/file-system.ts'
import { type EngineName, enginePackages } from '../../shared/engines.ts'

const packageSchema = v.object({ name: v.string(), version: v.string() })

/** Version of an installed package, found without loading it; undefined where it is not installed. */
function packageVersion(name: string): string | undefined {
  let folder: string
  try {
    folder = dirname(createRequire(import.meta.url).resolve(name))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND') return undefined
    throw cause
  }
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const found = v.safeParse(packageSchema, readJson(join(folder, 'package.json')))
    if (found.success && found.output.name === name) return found.output.version
  }
  return undefined
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

export function versionsOf(engine: EngineName): Record<string, string> {
  const library = enginePackages[engine]
  const version = library === undefined ? undefined : packageVersion(library)
  return {
    flowsmith: producer.version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    ...(library === undefined || version === undefined ? {} : { [library]: version }),
  }
}
