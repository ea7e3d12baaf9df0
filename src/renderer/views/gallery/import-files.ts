/** Design files that people bring: read, made into projects, and what is wrong with those that cannot be. */
import { formatOfName } from '../../../core/data/formats.ts'
import { type Issue, type Result, error, reject } from '../../../core/issues.ts'

/** Beyond this, the studio takes no design: no flow is described by so much text. */
const LARGEST = 50_000_000

export interface BroughtFile {
  readonly name: string
  readonly size: number
  text(): Promise<string>
}

/** Makes a project of each file; `bring` sends its text to the studio. */
export async function importFiles(
  files: readonly BroughtFile[], bring: (name: string, text: string) => Promise<Result<{ readonly project: string }>>,
): Promise<{ readonly projects: readonly string[]; readonly issues: readonly Issue[] }> {
  const projects: string[] = []
  const issues: Issue[] = []
  for (const file of files) {
    const made = await importFile(file, bring)
    if (made.ok) projects.push(made.value.project)
    else issues.push(...made.issues)
  }
  return { projects, issues }
}

async function importFile(
  file: BroughtFile, bring: (name: string, text: string) => Promise<Result<{ readonly project: string }>>,
): Promise<Result<{ readonly project: string }>> {
  if (formatOfName(file.name) !== undefined) {
    return reject(error('import-data', `“${file.name}” holds data, not a design`, {
      at: file.name, fix: 'open a project and bring the file into its Data view',
    }))
  }
  if (file.size > LARGEST) {
    return reject(error('import-large', `“${file.name}” is too large for a design`, { at: file.name, fix: 'bring the project.json of a project' }))
  }
  let text: string
  try {
    text = await file.text()
  } catch {
    // The browser could not read it: a folder, or a file that is gone.
    return reject(error('import-unreadable', `“${file.name}” cannot be read`, { at: file.name, fix: 'bring a single .json file that is there' }))
  }
  const made = await bring(file.name, text)
  return made.ok ? made : reject(...made.issues.map((issue) => ({ ...issue, message: `“${file.name}”: ${issue.message}` })))
}
