/** What is said of trainings that do not converge, in the words of what they are trained on. */
import { type Issue, error, warning } from '../../core/issues.ts'

/** Largest ELBO, in nats: beyond it float32 tells no differences of a nat apart, and mostly there is no integral. */
const LARGEST_ELBO = 1e6

/** Every one of the first steps was not finite. */
export function nothingLearned(steps: number, onTarget: boolean): Issue {
  return error('loss-not-finite', `the loss or its gradient was not finite in each of the first ${steps} steps; nothing was learned`, {
    at: 'step 1',
    fix: onTarget
      ? 'check that log p̃ and its slope are finite where a flow begins, give it a --box LO,HI, or lower the learning rate'
      : 'check the data for values far outside of the rest, put a standardize layer first, or lower the learning rate',
  })
}

/** The run went back to its checkpoint too often. */
export function trainingDiverges(returns: number, step: number, onTarget: boolean): Issue {
  return onTarget
    ? error('elbo-diverges', `the run went back to its checkpoint ${returns} times and the ELBO still diverges`, {
      at: `step ${step}`, fix: 'a target without an integral needs a --box LO,HI; else lower the learning rate. The best checkpoint so far is kept',
    })
    : error('training-diverges', `the run went back to its checkpoint ${returns} times and still diverges`, {
      at: `step ${step}`, fix: 'lower the learning rate or bound the log-scales; the best checkpoint so far is kept',
    })
}

/** What a validation on draws shows: an error where the ELBO grows without bound, a warning where it is not a number. */
export function elboIssue(elbo: number, step: number): Issue | undefined {
  if (elbo > LARGEST_ELBO) {
    return error('elbo-diverges', `the ELBO has grown to ${elbo.toExponential(2)} nats: the target has no integral, or a very large constant in it`, {
      at: `step ${step}`, fix: 'check its sign, take constants out of it, or give it a --box LO,HI; the best checkpoint so far is kept',
    })
  }
  if (Number.isFinite(elbo)) return undefined
  const where = elbo === -Infinity ? 'the flow draws points at which the target is zero' : 'log p̃ is not a number at points that the flow draws'
  return warning('elbo-not-finite', `the ELBO is ${elbo === -Infinity ? '−∞' : 'not a number'}: ${where}`, {
    at: `step ${step}`, fix: 'keep log p̃ finite everywhere, or give it a --box LO,HI in which it is',
  })
}
