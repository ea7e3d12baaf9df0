/** Runs the built command line in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { type Issue, formatIssue } from '../../../src/core/issues.ts'
import { builtProgram } from '../../support/build.ts'

const entry = join(builtProgram(), 'flowsmith.js')

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly end: Promise<Outcome>
}

/** A temporary folder, removed when the file's tests are done. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowsmith-'))
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv
  /** In a process group of its own, as a shell starts a program: signals to the group reach all of its processes. */
  readonly group?: boolean
  /** Text of a shell that runs the program as `"$@"`. */
  readonly shell?: string
}

/** `args`: what follows the program's name, with blanks between them. */
export function start(folder: string, args: string, { env = {}, group = false, shell }: StartOptions = {}): Running {
  const words = [process.execPath, entry, ...args.split(' ').filter((word) => word !== '')]
  const [command = '', ...rest] = shell === undefined ? words : ['sh', '-c', shell, 'sh', ...words]
  const child = spawn(command, rest, {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: group,
    env: { ...process.env, FLOWSMITH_DEBUG: '', ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  const end = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => { resolve({ code, signal, stdout, stderr }) })
  })
  return { child, end }
}

/** Runs a command to its end. */
export function flowsmith(folder: string, args: string): Promise<Outcome> {
  return start(folder, args).end
}

/** Runs a command that a test builds on; throws where it does not succeed. */
export async function succeed(folder: string, args: string): Promise<Outcome> {
  const outcome = await flowsmith(folder, args)
  if (outcome.code !== 0) throw new Error(`flowsmith ${args}: exit code ${outcome.code}\n${outcome.stderr}`)
  return outcome
}

/** The one JSON object on standard output; fails where there is anything else. */
export function objectOf({ stdout }: Outcome): Record<string, unknown> {
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`expected one JSON object on one line, got ${JSON.stringify(stdout)}`)
  return JSON.parse(stdout) as Record<string, unknown>
}

/** Runs a command with --json and gives its object. */
export async function jsonOf(folder: string, args: string): Promise<Record<string, unknown>> {
  return objectOf(await flowsmith(folder, `${args} --json`))
}

/** The issues of a refused command, as machines get them; people get the same on standard error. */
export async function refusedIssues(folder: string, args: string): Promise<Issue[]> {
  const outcome = await flowsmith(folder, `${args} --json`)
  expect(outcome.code).toBe(2)
  const issues = objectOf(outcome)['issues'] as Issue[]
  for (const issue of issues) expect(outcome.stderr).toContain(formatIssue(issue))
  return issues
}

/** A small design that trains in a moment: 10 parameters or so. */
export function smallDesign(training: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    format: 'flowsmith-project', version: 1, name: 'Small one',
    design: designOf([2], 'standardize', 'linear', 'actnorm'),
    training: { steps: 60, batch: 32, validateEvery: 20, learningRate: 0.01, ...training },
  }
}

/** A design of layers without options: ids `linear-1`, by kind and position. */
export function designOf(event: readonly number[], ...kinds: string[]): Record<string, unknown> {
  return { event, layers: kinds.map((kind, i) => ({ id: `${kind}-${i}`, kind })), base: { kind: 'gaussian' } }
}

export function writeJson(folder: string, name: string, value: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

export const readJson = (...parts: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(...parts), 'utf8')) as Record<string, unknown>

/** Rows of correlated numbers, the same at every call. */
export function table(rows: number, columns: readonly string[], whole: readonly string[] = []): string {
  const lines = Array.from({ length: rows }, (_, i) => columns.map((name, k) => {
    const value = 10 * Math.sin(1 + 12.9898 * i + 7.3 * k) + 3 * k
    return whole.includes(name) ? Math.round(value) : value.toFixed(4)
  }).join(','))
  return `${columns.join(',')}\n${lines.join('\n')}\n`
}
