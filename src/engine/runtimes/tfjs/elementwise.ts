/** Lowerings of element-wise ops: functions of one and two tensors, comparisons, truth values, choice, conversion. */
import type { Tensor } from '@tensorflow/tfjs'
import type { TensorFlow } from './backend.ts'
import { integerBinary, truncate } from './integers.ts'
import { type Lowering, type LoweringTable, at } from './lowering.ts'

type Elementwise = Pick<LoweringTable,
  | 'abs' | 'neg' | 'sign' | 'reciprocal' | 'exp' | 'log' | 'sqrt' | 'tanh' | 'sigmoid' | 'softplus' | 'sin' | 'cos'
  | 'erf' | 'relu' | 'floor' | 'heaviside' | 'not' | 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'less' | 'lessOrEqual'
  | 'equal' | 'and' | 'or' | 'where' | 'cast'>

const unary = (f: (x: Tensor) => Tensor): Lowering => (inputs) => [f(at(inputs, 0))]
const binary = (f: (a: Tensor, b: Tensor) => Tensor): Lowering => (inputs) => [f(at(inputs, 0), at(inputs, 1))]

export function elementwise(tf: TensorFlow): Elementwise {
  /** Floats by the library, integers by exact arithmetic that refuses to overflow. */
  const arithmetic = (
    name: string, floats: (a: Tensor, b: Tensor) => Tensor, integers: (a: number, b: number) => number,
  ): Lowering => binary((a, b) => (a.dtype === 'int32' ? integerBinary(tf, name, a, b, integers) : floats(a, b)))
  return {
    abs: unary(tf.abs),
    neg: unary(tf.neg),
    sign: unary(tf.sign),
    reciprocal: unary(tf.reciprocal),
    exp: unary(tf.exp),
    log: unary(tf.log),
    sqrt: unary(tf.sqrt),
    tanh: unary(tf.tanh),
    sigmoid: unary(tf.sigmoid),
    softplus: unary(tf.softplus),
    sin: unary(tf.sin),
    cos: unary(tf.cos),
    erf: unary((x) => erf(tf, x)),
    relu: unary(tf.relu),
    floor: unary(tf.floor),
    heaviside: unary((x) => tf.step(x)),
    not: unary(tf.logicalNot),

    add: arithmetic('add', tf.add, (a, b) => a + b),
    sub: arithmetic('sub', tf.sub, (a, b) => a - b),
    mul: arithmetic('mul', tf.mul, (a, b) => a * b),
    div: binary(tf.div),
    maximum: binary(tf.maximum),
    minimum: binary(tf.minimum),
    less: binary(tf.less),
    lessOrEqual: binary(tf.lessEqual),
    equal: binary(tf.equal),
    and: binary(tf.logicalAnd),
    or: binary(tf.logicalOr),

    where: (inputs) => [tf.where(at(inputs, 0), at(inputs, 1), at(inputs, 2))],
    cast: (inputs, { attributes: { dtype } }) => {
      const x = at(inputs, 0)
      if (dtype === 'int' && x.dtype === 'float32') return [truncate(tf, x)]
      return [tf.cast(x, dtype === 'float' ? 'float32' : dtype === 'int' ? 'int32' : 'bool')]
    },
  }
}

/**
 * The library's JavaScript kernel has an absolute error of 1.5e-7 (Abramowitz & Stegun 7.1.26), which leaves few digits
 * near 0. There erf x = 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)) takes its place: six terms reach a relative 3e-8 for |x| < ½.
 */
function erf(tf: TensorFlow, x: Tensor): Tensor {
  if (tf.getBackend() !== 'cpu') return tf.erf(x)
  const squared = tf.square(x)
  let sum: Tensor = tf.scalar(maclaurin[5] as number)
  for (let n = 4; n >= 0; n--) sum = tf.add(tf.mul(sum, squared), maclaurin[n] as number)
  return tf.where(tf.less(squared, 0.25), tf.mul(x, sum), tf.erf(x))
}

const maclaurin = [1, 1, 2, 6, 24, 120]
  .map((factorial, n) => (2 / Math.sqrt(Math.PI)) * (-1) ** n / (factorial * (2 * n + 1)))
