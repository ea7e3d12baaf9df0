/** The catalogue of ops: one line each. */
import { abs } from './abs.ts'
import { add } from './add.ts'
import { and } from './and.ts'
import { broadcastTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { concat } from './concat.ts'
import { constant } from './constant.ts'
import { cos } from './cos.ts'
import { cumulativeSum } from './cumulative-sum.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { erf } from './erf.ts'
import { exp } from './exp.ts'
import { floor } from './floor.ts'
import { gather } from './gather.ts'
import { heaviside } from './heaviside.ts'
import { input } from './input.ts'
import { less } from './less.ts'
import { lessOrEqual } from './less-or-equal.ts'
import { log } from './log.ts'
import { loop } from './loop.ts'
import { matmul } from './matmul.ts'
import { maximum } from './maximum.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { not } from './not.ts'
import { or } from './or.ts'
import { pad } from './pad.ts'
import { reciprocal } from './reciprocal.ts'
import { reduceMax } from './reduce-max.ts'
import { reduceSum } from './reduce-sum.ts'
import { relu } from './relu.ts'
import { reshape } from './reshape.ts'
import { scatterAdd } from './scatter-add.ts'
import { sigmoid } from './sigmoid.ts'
import { sign } from './sign.ts'
import { sin } from './sin.ts'
import { slice } from './slice.ts'
import { softplus } from './softplus.ts'
import { sqrt } from './sqrt.ts'
import { stopGradient } from './stop-gradient.ts'
import { sub } from './sub.ts'
import { tanh } from './tanh.ts'
import { transpose } from './transpose.ts'
import { where } from './where.ts'
import { withGradient } from './with-gradient.ts'

export const ops = {
  abs, add, and, broadcastTo, cast, concat, constant, cos, cumulativeSum, div, equal, erf, exp, floor, gather, heaviside, input,
  less, lessOrEqual, log, loop, matmul, maximum, minimum, mul, neg, not, or, pad, reciprocal, reduceMax, reduceSum,
  relu, reshape, scatterAdd, sigmoid, sign, sin, slice, softplus, sqrt, stopGradient, sub, tanh, transpose, where,
  withGradient,
} as const

/** Every op by name: rule tables elsewhere are `Record<OpName, …>`, so a missing rule does not compile. */
export type OpName = keyof typeof ops
