/**
 * K samples of an example, one after the other in a loop: their log-weights w₁ … w_K, [N] each, give the bound of one
 * sample, (1/K) Σ w_k, and the importance-weighted one, log (1/K) Σ exp w_k ≥ it in expectation.
 * Source: Burda, Grosse & Salakhutdinov 2016, Importance Weighted Autoencoders, eq. 8.
 */
import type { FlowInputs } from '../../flow/apply.ts'
import { full } from '../../ir/compositions.ts'
import { type Graph, type Tensor } from '../../ir/graph.ts'
import { createGraph } from '../../ir/index.ts'
import { add, exp, gather, log, loop, maximum, mul, reshape, sub } from '../../ir/tensor.ts'

/** Below every log-weight: the first maximum. */
const LOWEST = -1e30

export interface SampleWeights {
  /** log (1/K) Σ exp w_k, [N]. */
  readonly logMeanWeight: Tensor
  /** Means over the samples, by name, [N] each. */
  readonly means: ReadonlyMap<string, Tensor>
}

export interface WeightTerms {
  /** w, [N]. */
  readonly logWeight: Tensor
  /** Terms to be averaged, by name, [N] each. */
  readonly terms: ReadonlyMap<string, Tensor>
}

interface Outer {
  readonly inputs: FlowInputs
  /** Values of each example, by name, [N, ...]. */
  readonly values: ReadonlyMap<string, Tensor>
  /** K draws of each example's noise, [N, K, S]. */
  readonly noise: Tensor
}

interface Inner {
  readonly inputs: FlowInputs
  value(name: string): Tensor
  /** [N, S] */
  readonly noise: Tensor
}

/** Runs `weigh` for each of the K draws. `names` are those of its terms. */
export function overSamples(outer: Outer, names: readonly string[], weigh: (inner: Inner) => WeightTerms): SampleWeights {
  const samples = outer.noise.shape[1] as number
  if (samples === 1) return oneSample(outer, weigh)
  const { graph, batch } = outer.inputs
  const body = createGraph()
  const iteration = body.input('iteration', [], 'int')
  const carriedNames = ['maximum', 'sum', ...names]
  const carried = new Map(carriedNames.map((name) => [name, body.input(`carried.${name}`, [batch])]))
  const { inner, captured } = capture(body, iteration, outer)
  const { logWeight, terms } = weigh(inner)
  const before = carried.get('maximum') as Tensor
  const top = maximum(before, logWeight)
  body.output('maximum', top)
  body.output('sum', add(mul(carried.get('sum') as Tensor, exp(sub(before, top))), exp(sub(logWeight, top))))
  for (const name of names) body.output(name, add(carried.get(name) as Tensor, terms.get(name) as Tensor))
  const result = loop({
    count: graph.constant(samples, [], 'int'), captured, body, length: samples,
    carried: carriedNames.map((name) => full(graph, name === 'maximum' ? LOWEST : 0, [batch])),
  })
  const [highest, sum, ...totals] = result.carried as [Tensor, Tensor, ...Tensor[]]
  return {
    logMeanWeight: sub(add(highest, log(sum)), Math.log(samples)),
    means: new Map(names.map((name, i) => [name, mul(totals[i] as Tensor, 1 / samples)])),
  }
}

function oneSample({ inputs, values, noise }: Outer, weigh: (inner: Inner) => WeightTerms): SampleWeights {
  const { logWeight, terms } = weigh({
    inputs, value: (name) => values.get(name) as Tensor, noise: reshape(noise, [inputs.batch, noise.shape[2] as number]),
  })
  return { logMeanWeight: logWeight, means: terms }
}

/** Brings what the body asks for into it: parameters, the context, values of the examples, this sample's noise. */
function capture(body: Graph, iteration: Tensor, { inputs, values, noise }: Outer): { inner: Inner; captured: Tensor[] } {
  const captured: Tensor[] = []
  const known = new Map<string, Tensor>()
  const bring = (name: string, tensor: Tensor): Tensor => {
    const seen = known.get(name)
    if (seen !== undefined) return seen
    const inside = body.input(name, tensor.shape, tensor.dtype)
    known.set(name, inside)
    captured.push(tensor)
    return inside
  }
  const draws = bring('noise', noise)
  const draw = reshape(gather(draws, reshape(iteration, [1]), 1), [inputs.batch, noise.shape[2] as number])
  return {
    captured,
    inner: {
      noise: draw,
      value: (name) => bring(`value.${name}`, values.get(name) as Tensor),
      inputs: {
        graph: body, batch: inputs.batch,
        context: inputs.context === undefined ? undefined : bring('context', inputs.context),
        parameter: (path) => bring(`parameter.${path}`, inputs.parameter(path)),
        noise: (path) => bring(`noise.${path}`, inputs.noise(path)),
      },
    },
  }
}
