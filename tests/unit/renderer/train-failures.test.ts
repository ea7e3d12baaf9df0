/** Why a run ended, as people read it: from the lines that its file keeps. */
import { describe, expect, it } from 'vitest'
import { error, formatIssue } from '../../../src/core/issues.ts'
import { elboIssue, trainingDiverges } from '../../../src/engine/train/divergence.ts'
import { describeFailure, parseFailure } from '../../../src/renderer/views/train/failures.ts'

/** As a write that finds no space is told. */
const full = error('disk-full', 'There is no space left to write the file.', {
  at: '/home/ada/Flowsmith/moons/runs/run-3/checkpoints/latest.safetensors', fix: 'Free some space and try again.',
})

describe('a failure', () => {
  it('is read back from its lines', () => {
    const issues = [full, error('b', 'second: with a colon', { at: 'C:\\data\\x.csv row 3', fix: 'try again' }), error('c', 'third')]
    expect(parseFailure(issues.map(formatIssue).join('\n'))).toEqual(issues.map(({ code, message, at, fix }) => ({ code, message, ...(at === undefined ? {} : { at }), ...(fix === undefined ? {} : { fix }) })))
  })

  it('of a full disk says what happened, what is kept and what to do', () => {
    const { message, fix, resumable } = describeFailure(formatIssue(full))
    expect(message).toMatch(/^The disk is full/)
    expect(message).toContain('checkpoints/latest.safetensors')
    expect(message).toContain('saved before is whole')
    expect(fix).toMatch(/^Free some space and resume/)
    expect(resumable).toBe(true)
    // Neither a code nor a whole path of this machine.
    expect(`${message} ${fix}`).not.toMatch(/disk-full|\/home|error /)
  })

  it('of a diverging ELBO speaks of bounds, not of flags, and does not offer to go on', () => {
    for (const issue of [elboIssue(4.5e6, 400), trainingDiverges(3, 400, true)]) {
      if (issue === undefined) throw new Error('no issue')
      const { message, fix, resumable } = describeFailure(formatIssue(issue))
      expect(message).toContain('at step 400')
      expect(message).toContain('kept')
      expect(fix).toContain('bounds')
      expect(`${message} ${fix}`).not.toMatch(/--|elbo-diverges/)
      expect(resumable).toBe(false)
    }
  })

  it('of a layer names it and its residual', () => {
    const issue = error('iteration-not-converged', "the iteration of the layer 'block' (residual, blocks.1.block) did not converge in 2 rounds: its largest residual is 1.0e-1, expected at most 0.001", {
      at: "layers[1] (residual 'block')", fix: 'give it more rounds, or train it with a smaller Lipschitz constant',
    })
    expect(describeFailure(formatIssue(issue))).toEqual({ message: `${issue.message}.`, fix: `${issue.fix}.`, resumable: false })
  })

  it('without words is told as such', () => {
    expect(describeFailure(undefined).message).toBe('It ended without saying why.')
    expect(describeFailure('the process ended').message).toBe('the process ended.')
  })
})
