/**
 * Why a run ended, in the words of the window. A run keeps it as the command line prints it, `error code at where: what`
 * and `fix: …` below; here every line of it says what happened, what is kept, and what can be done in these views.
 */
import type { Issue } from '../../../core/issues.ts'

interface Failure {
  readonly message: string
  /** What can be done, where something can. */
  readonly fix: string
  /** Whether going on from the checkpoint can help without a change. */
  readonly resumable: boolean
}

/** Without its code and the place in the program. */
const LINE = /^(?:error|warning) ([a-z][a-z0-9-]*)(?: at ([\s\S]*?))?: ([\s\S]*?)(?:\n {2}fix: ([\s\S]*))?$/

interface Parsed extends Pick<Issue, 'code' | 'at' | 'message' | 'fix'> {}

/** The issues of a text that `formatIssue` made; a text of any other kind is one message. */
export function parseFailure(text: string): readonly Parsed[] {
  return text.split(/\n(?=(?:error|warning) [a-z])/).map((part) => {
    const [, code, at, message, fix] = LINE.exec(part) ?? []
    if (code === undefined || message === undefined) return { code: 'run-failed', message: part }
    return { code, message, ...(at === undefined ? {} : { at }), ...(fix === undefined ? {} : { fix }) }
  })
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
const RESUME = 'Resume it: it goes on from its last checkpoint.'

type Words = (issue: Parsed) => Failure

const diskFull: Words = ({ at }) => ({
  message: `The disk is full, so the run could not save itself and was stopped.${at === undefined ? '' : ` It was writing ${at.split(/[/\\]/).slice(-2).join('/')}.`} What it had saved before is whole: curves, checkpoints and the best weights.`,
  fix: 'Free some space and resume the run: it goes on from its last checkpoint as if nothing had happened.', resumable: true,
})
const outOfReach = (what: string): Words => () => ({
  message: `${what}, so the run could not save itself and was stopped. What it had saved before is whole.`,
  fix: 'Make its folder writable again and resume the run: it goes on from its last checkpoint.', resumable: true,
})
const diverged: Words = ({ message, at }) => ({
  message: `${sentence(message)}${at === undefined ? '' : ` That was at ${at}.`} The best weights so far are kept.`,
  fix: 'Check the sign of the density and take constants out of it, give it bounds in the settings, or lower the learning rate; then start a new run.',
  resumable: false,
})

const words: Readonly<Record<string, Words>> = {
  'disk-full': diskFull,
  'read-only-folder': outOfReach('The folder of the run cannot be written to'),
  'missing-folder': outOfReach('The folder of the run is not there any more'),
  'disk-error': outOfReach('The disk reports an error'),
  'elbo-diverges': diverged,
  'compute-died': ({ message }) => ({ message: `${sentence(message)} What it had saved is whole.`, fix: RESUME, resumable: true }),
}

/** Those of the command line are of no use here, and a fix that names one says what the window calls it. */
const inWindow = (fix: string): string => fix.replace(/a --box LO,HI|--box LO,HI/, 'bounds')

function failureOf(issue: Parsed): Failure {
  const known = Object.hasOwn(words, issue.code) ? words[issue.code] : undefined
  if (known !== undefined) return known(issue)
  const fix = issue.fix === undefined ? undefined : inWindow(issue.fix)
  return {
    message: `${sentence(issue.message)}${issue.at !== undefined && /^step \d/.test(issue.at) ? ` That was at ${issue.at}.` : ''}`,
    fix: fix === undefined || fix.includes('--') ? 'What the run had saved is kept. Change what is said above and start a new run, or resume this one from its last checkpoint.' : sentence(fix),
    resumable: fix === undefined,
  }
}

/** What is to be said of a run that failed: the first of its issues in full, the others behind it. */
export function describeFailure(text: string | undefined): Failure {
  if (text === undefined || text.trim() === '') return { message: 'It ended without saying why.', fix: `What it had saved is kept. ${RESUME}`, resumable: true }
  const [first, ...others] = parseFailure(text).map(failureOf)
  if (first === undefined) return { message: text, fix: RESUME, resumable: true }
  return { ...first, message: [first, ...others].map(({ message }) => message).join(' ') }
}
