/**
 * Parts a data set's rows into training, validation and test rows by one random order that depends on the seed and the
 * number of rows alone. The parts are disjoint and cover all rows, each in random order.
 */
import { accept, error, reject } from '../issues.ts'
import type { Issue, Result } from '../issues.ts'
import { key, named, permutation } from '../random.ts'

export interface SplitFractions {
  readonly train: number
  readonly validation: number
  readonly test: number
}

/** 0-based row indices of each part. */
export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

export const defaultFractions: SplitFractions = { train: 0.8, validation: 0.1, test: 0.1 }

/** What is held out, with the rest to train on. */
export function fractionsOf(held: { readonly validation: number; readonly test: number } | undefined): SplitFractions {
  return held === undefined ? defaultFractions : { ...held, train: 1 - held.validation - held.test }
}

/** Fractions typed as decimals need not add up to 1 in binary. */
const fractionSlack = 1e-9

/**
 * `rows` ≥ 3, since every part gets at least one; fractions are positive and add up to 1. Validation and test get
 * their fractions rounded to the nearest number of rows, and training gets the rest.
 */
export function splitRows(
  rows: number, seed: number | bigint, fractions: SplitFractions = defaultFractions,
): Result<Split> {
  const issues = [...checkFractions(fractions), ...checkRows(rows)]
  if (issues.length > 0) return reject(...issues)
  const order = permutation(named(key(seed), 'split'), rows)
  const [validation, test] = heldOut(rows, fractions)
  return accept({
    train: order.slice(0, rows - validation - test),
    validation: order.slice(rows - validation - test, rows - test),
    test: order.slice(rows - test),
  })
}

/** Sizes of validation and test, at least 1 each and leaving at least 1 for training. */
function heldOut(rows: number, { validation, test }: SplitFractions): [number, number] {
  const sizes: [number, number] = [Math.max(1, Math.round(rows * validation)), Math.max(1, Math.round(rows * test))]
  while (sizes[0] + sizes[1] > rows - 1) sizes[sizes[0] >= sizes[1] ? 0 : 1]--
  return sizes
}

function checkFractions(fractions: SplitFractions): Issue[] {
  const parts = Object.entries(fractions)
  const fix = 'Give three positive fractions that add up to 1, such as 0.8, 0.1 and 0.1.'
  const issues = parts.filter(([, share]) => !(share > 0 && share < 1)).map(([name, share]) => {
    const message = `Expected the ${name} fraction between 0 and 1, got ${share}.`
    return error('split-fraction', message, { at: `split.${name}`, fix })
  })
  const sum = fractions.train + fractions.validation + fractions.test
  if (issues.length === 0 && Math.abs(sum - 1) > fractionSlack) {
    const message = `Expected fractions that add up to 1, got ${parts.map(([, share]) => share).join(' + ')}.`
    issues.push(error('split-sum', message, { at: 'split', fix }))
  }
  return issues
}

function checkRows(rows: number): Issue[] {
  if (rows >= 3) return []
  const message = `Expected at least 3 rows, one each to train, validate and test, got ${rows}.`
  return [error('too-few-rows', message, { at: 'split', fix: 'Choose data with more rows.' })]
}
