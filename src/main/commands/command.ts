/** What every command is made with: its place in the program, its terminal, the compute process when it needs one. */
import { Command } from 'commander'
import { formatIssue } from '../../core/issues.ts'
import type { RunEvent } from '../../shared/run-events.ts'
import { ComputeClient } from '../studio/compute-client.ts'
import { type Streams, Terminal } from '../terminal/terminal.ts'
import { workProgress } from '../terminal/work-progress.ts'

/** 0: done. 1: our failure. 2: the user's input. */
export const EXIT = { done: 0, failure: 1, input: 2 } as const

/** Where the program runs. */
export interface Host {
  readonly streams: Streams
  /** The built compute process. */
  readonly compute: URL
  exitCode: number
}

export interface Context {
  readonly terminal: Terminal
  /** Starts the compute process for some work and ends it after. */
  withCompute<T>(work: (client: ComputeClient) => Promise<T>): Promise<T>
  /** Shows how far a job is, and prints what it has to say while it works; what several jobs say, once. */
  readonly onEvent: (event: RunEvent) => void
}

function makeContext(host: Host, json: boolean): Context {
  const terminal = new Terminal(host.streams, json)
  const view = workProgress(host.streams)
  const told = new Set<string>()
  return {
    terminal,
    async withCompute(work) {
      const client = new ComputeClient(host.compute)
      try {
        return await work(client)
      } finally {
        view.close()
        client.close()
      }
    },
    onEvent(event) {
      if (event.type === 'advanced') view.show(event)
      if (event.type !== 'notice') return
      const text = formatIssue(event.issue)
      if (!told.has(text)) view.note(text)
      told.add(text)
    },
  }
}

/** Makes a commander action of a command's body, whose result is the exit code. */
export function action<A extends readonly unknown[]>(
  host: Host, body: (context: Context, ...args: A) => Promise<number>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1)
    const json = command instanceof Command && command.opts()['json'] === true
    host.exitCode = await body(makeContext(host, json), ...args)
  }
}

/** Adds a command with --json and examples in its help. */
export function addCommand(program: Command, name: string, summary: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n')
  return program.command(name).description(summary)
    .option('--json', 'print one JSON object on standard output, for machines')
    .addHelpText('after', `\nExamples:\n${lines}`)
}
