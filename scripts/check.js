/**
 * The whole check: types, layers, lint, build, tests. Everything runs even where an earlier part fails, and the last
 * line counts them: `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, root } from './install.js'

ensureInstalled()

const bin = (name) => join(root, 'node_modules', '.bin', name)
const results = mkdtempSync(join(tmpdir(), 'flowsmith-check-'))
let passed = 0
let failed = 0

function check(title, command, args) {
  process.stdout.write(`\n── ${title}\n`)
  const started = performance.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? 'ok' : 'FAILED'}: ${title} (${seconds} s)\n`)
  return status === 0
}

function count(ok) {
  if (ok) passed += 1
  else failed += 1
}

count(check('types', bin('tsc'), ['-b']))
count(check('types of the window', bin('vue-tsc'), ['--noEmit', '-p', 'src/renderer']))
count(check('layers', bin('depcruise'), ['src', '--config', '.dependency-cruiser.cjs']))
count(check('lint', bin('oxlint'), ['--deny-warnings']))
count(check('build', bin('rolldown'), ['-c']))
count(check('build of the window', bin('vite'), ['build', '-c', 'vite.renderer.config.ts', '--logLevel', 'warn']))

/** Runs a part of the tests and adds up what its report says. */
function test(title, args) {
  const report = join(results, `${title.replaceAll(' ', '-')}.json`)
  const ran = check(title, bin('vitest'), ['run', '--reporter=default', '--silent=passed-only', '--reporter=json', `--outputFile.json=${report}`, ...args])
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
    passed += numPassedTests
    failed += numFailedTests
    // A file that could not be loaded has no tests to fail.
    failed += testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
    if (numPendingTests > 0) process.stdout.write(`${numPendingTests} skipped\n`)
    if (!ran && numFailedTests === 0) failed += 1
  } catch (cause) {
    process.stdout.write(`the tests left no report: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    failed += 1
  }
}

test('tests', ['--exclude', 'tests/e2e/**'])
// A browser, a studio and a training are three at two cores already: one file at a time.
test('tests in a browser', ['tests/e2e', '--maxWorkers=1'])
rmSync(results, { recursive: true, force: true })

process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
