/**
 * Smooth activations whose slope is nowhere beyond ±1, with that slope. Each has a sharpness β of its own:
 * a_β(x) = a(βx)/β has the slope a′(βx), so that the Lipschitz constant stays 1 whatever β is.
 * Shapes: x and both results [N, w], β [w] > 0.
 */
import type { Tensor } from '../../ir/graph.ts'
import { add, cos, div, exp, maximum, minimum, mul, sigmoid, sin, softplus, square, sub, tanh } from '../../ir/tensor.ts'

export interface Activated {
  readonly value: Tensor
  readonly slope: Tensor
}

/** The largest slope of x σ(x), rounded up from 1.09984. */
const SWISH_SLOPE = 1.1

/** x σ(βx) / 1.1 (Chen et al. 2019, Residual Flows, §3.3). */
function lipSwish(x: Tensor, beta: Tensor): Activated {
  const y = mul(x, beta)
  const gate = sigmoid(y)
  return {
    value: mul(mul(x, gate), 1 / SWISH_SLOPE),
    slope: mul(mul(gate, add(mul(y, sub(1, gate)), 1)), 1 / SWISH_SLOPE),
  }
}

/** y for y > 0, e^y − 1 below; its slope is e^min(y, 0) (Clevert et al. 2016). */
function elu(x: Tensor, beta: Tensor): Activated {
  const y = mul(x, beta)
  const slope = exp(minimum(y, 0))
  // e^y − 1 ≥ y everywhere, and it is cut to 0 where y is the larger one.
  return { value: div(maximum(y, sub(slope, 1)), beta), slope }
}

function smoothRelu(x: Tensor, beta: Tensor): Activated {
  const y = mul(x, beta)
  return { value: div(softplus(y), beta), slope: sigmoid(y) }
}

function bump(x: Tensor, beta: Tensor): Activated {
  const value = tanh(mul(x, beta))
  return { value: div(value, beta), slope: sub(1, square(value)) }
}

/** sin (Sitzmann et al. 2020), whose Jacobian has both signs. */
function sine(x: Tensor, beta: Tensor): Activated {
  const y = mul(x, beta)
  return { value: div(sin(y), beta), slope: cos(y) }
}

export type LipschitzActivation = 'lipswish' | 'elu' | 'softplus' | 'tanh' | 'sine'

export const lipschitzTitles: Readonly<Record<LipschitzActivation, string>> = {
  lipswish: 'LipSwish', elu: 'ELU', softplus: 'Softplus', tanh: 'tanh', sine: 'Sine',
}

export const lipschitzActivations: Readonly<Record<LipschitzActivation, (x: Tensor, beta: Tensor) => Activated>> = {
  lipswish: lipSwish, elu, softplus: smoothRelu, tanh: bump, sine,
}
