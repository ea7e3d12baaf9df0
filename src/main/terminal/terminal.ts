/**
 * What a command says, and where: results go to standard output, for people as text or, with --json, for machines as
 * one JSON object and nothing else; progress and notices go to the standard error stream.
 */
import { styleText } from 'node:util'
import { type Issue, IssueError, type Result, formatIssue } from '../../core/issues.ts'

export interface Streams {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
}

export class Terminal {
  readonly streams: Streams
  readonly json: boolean

  constructor(streams: Streams, json: boolean) {
    this.streams = streams
    this.json = json
  }

  /** A result, as text for people. Left out with --json. */
  print(text: string): void {
    if (!this.json) this.streams.out.write(`${text}\n`)
  }

  /** A result, as the JSON object for machines. Left out without --json. */
  object(value: Readonly<Record<string, unknown>>): void {
    if (this.json) this.streams.out.write(`${JSON.stringify(value)}\n`)
  }

  /** Something by the way: progress, what is done at the moment. */
  note(text: string): void {
    this.streams.err.write(`${text}\n`)
  }

  issues(issues: readonly Issue[]): void {
    for (const issue of issues) this.note(formatIssue(issue))
  }

  /** The value; its warnings are printed. Throws the issues where there is none. */
  take<T>(result: Result<T>): T {
    if (!result.ok) throw new IssueError(result.issues)
    this.issues(result.issues)
    return result.value
  }

  bold(text: string): string {
    return this.#styled ? styleText('bold', text) : text
  }

  dim(text: string): string {
    return this.#styled ? styleText('dim', text) : text
  }

  get #styled(): boolean {
    return this.streams.out.isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
  }
}
