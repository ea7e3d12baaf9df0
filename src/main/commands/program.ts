/** The command line: its commands, and what becomes of whatever goes wrong in them. */
import { Command, CommanderError } from 'commander'
import { producer } from '../../core/onnx/producer.ts'
import { type Issue, IssueError, error, formatIssue } from '../../core/issues.ts'
import { addCheck } from './check.ts'
import { EXIT, type Host } from './command.ts'
import { addClassify } from './classify.ts'
import { addCompare } from './compare.ts'
import { addDensity } from './density.ts'
import { addEval } from './eval.ts'
import { addExperiment } from './experiment.ts'
import { addExport } from './export.ts'
import { addLayers } from './layers.ts'
import { addNew } from './new.ts'
import { addReport } from './report.ts'
import { addResume } from './resume.ts'
import { addSample } from './sample.ts'
import { addTrain } from './train.ts'

const EXAMPLES = `
Start here:
  flowsmith new rq-nsf --dim 2 --out moons.json
  flowsmith train moons.json --data synthetic:moons
  flowsmith report runs/moons-1 --out report.html

Exit codes: 0 done, 1 a failure of Flowsmith, 2 something to mend in the input, 130 stopped by Ctrl-C.`

/** In the order of the help. */
const commands = [
  addNew, addCheck, addLayers, addTrain, addResume, addEval, addDensity, addClassify, addSample, addExport, addReport, addCompare, addExperiment,
]

function makeProgram(host: Host): Command {
  const { out } = host.streams
  const program = new Command('flowsmith')
    .description('Normalizing flows: describe a flow once, train it, look into it, take it away as ONNX.')
    .version(producer.version, '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(true)
    // Both are inherited by the commands that are added below. Errors are printed as issues, not here.
    .exitOverride()
    .configureOutput({ writeOut: (text) => { out.write(text) }, writeErr: () => undefined })
  for (const add of commands) add(program, host)
  return program
}

/** A mistake on the command line, as an issue like all others. */
function commandLineIssue({ message }: CommanderError): Issue {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n')
  const hint = /\((Did you mean .*)\)/.exec(more.join(' '))?.[1]
  return error('command-line', first, { fix: hint ?? 'see `flowsmith --help`, or --help behind a command' })
}

function printIssues({ out, err }: Host['streams'], issues: readonly Issue[], json: boolean): number {
  for (const issue of issues) err.write(`${formatIssue(issue)}\n`)
  if (json) out.write(`${JSON.stringify({ issues })}\n`)
  return EXIT.input
}

/** One plain sentence; the stack for those who ask for it. */
function printFailure({ out, err }: Host['streams'], cause: unknown, json: boolean): number {
  const failure = cause instanceof Error ? cause.message : String(cause)
  err.write(`flowsmith failed: ${failure}\n`)
  if ((process.env['FLOWSMITH_DEBUG'] ?? '') === '') err.write('  set FLOWSMITH_DEBUG=1 to see where\n')
  else if (cause instanceof Error) err.write(`${cause.stack ?? ''}\n`)
  if (json) out.write(`${JSON.stringify({ failure })}\n`)
  return EXIT.failure
}

/** Runs one command; the exit code. `words` are what follows the program's name. */
export async function runProgram(words: readonly string[], host: Host): Promise<number> {
  const program = makeProgram(host)
  const json = words.includes('--json')
  try {
    if (words.length === 0) program.outputHelp()
    else await program.parseAsync([...words], { from: 'user' })
    return host.exitCode
  } catch (cause) {
    if (cause instanceof CommanderError) {
      return cause.exitCode === 0 ? EXIT.done : printIssues(host.streams, [commandLineIssue(cause)], json)
    }
    if (cause instanceof IssueError) return printIssues(host.streams, cause.issues, json)
    return printFailure(host.streams, cause, json)
  }
}
