/** A temporary folder for the tests of one file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowsmith-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
