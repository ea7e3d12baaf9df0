/**
 * Reads an expression in x₁ … x_D: text → tokens → tree. Nothing is ever run as code.
 *
 *   sum      = product (('+' | '-') product)*
 *   product  = signed (('*' | '/') signed)*
 *   signed   = ('-' | '+') signed | power
 *   power    = atom ('^' signed)?                    so that −x^2 = −(x²), 2^−1 = ½, 2^3^2 = 2^9
 *   atom     = number | x_d | constant | name '(' sum (',' sum)* ')' | '(' sum ')'
 */
import { IssueError, type Result, accept, error, reject } from '../../issues.ts'
import { nearestName } from '../../suggest.ts'
import { fault } from './fault.ts'
import { constants, functions } from './functions.ts'
import { type Expression, type Operator, binary, negate } from './syntax.ts'
import { type Token, charactersOf, tokenise } from './tokens.ts'

/** Longest text, in characters, and deepest nest: trees are walked by recursion. */
const MAX_LENGTH = 4000
const MAX_DEPTH = 100

const LOWERED = '₀₁₂₃₄₅₆₇₈₉'
const variable = /^[xX]_?(\d{1,6})$/

/** d of x1, X1, x_1, x₁; undefined for any other name. */
function variableIndex(name: string): number | undefined {
  const plain = [...name].map((character) => LOWERED.includes(character) ? LOWERED.indexOf(character) : character).join('')
  const digits = variable.exec(plain)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

class Parser {
  readonly #characters: readonly string[]
  readonly #tokens: readonly Token[]
  readonly #dimension: number
  #next = 0
  #depth = 0

  constructor(characters: readonly string[], dimension: number) {
    this.#characters = characters
    this.#tokens = tokenise(characters)
    this.#dimension = dimension
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token
  }

  #fail(code: string, token: Token, message: string, fix: string, hint?: string): never {
    return fault(code, this.#characters, token, message, { fix, ...(hint === undefined ? {} : { hint }) })
  }

  #take(...operators: readonly string[]): Token | undefined {
    const token = this.#token
    if (token.kind !== 'operator' || !operators.includes(token.text)) return undefined
    this.#next += 1
    return token
  }

  whole(): Expression {
    const expression = this.#sum()
    const token = this.#token
    if (token.kind === 'end') return expression
    if (token.text === ')') return this.#fail('bracket', token, 'a bracket is closed that was not opened', 'take it out, or open it before')
    if (token.text === ',') return this.#fail('comma', token, 'a comma stands outside of a function', 'a density is one value: commas part the arguments of min, max and logsumexp')
    const before = this.#tokens[this.#next - 1]
    return this.#fail('operator', token, `an operator is missing before '${token.text}'`, `write ${before?.text ?? ''}*${token.text} for a product`)
  }

  /** Runs a rule one level deeper. */
  #nested(rule: () => Expression): Expression {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) this.#fail('depth', this.#token, `more than ${MAX_DEPTH} levels of nesting`, 'write it flatter')
    const expression = rule()
    this.#depth -= 1
    return expression
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#product())
  }

  #product(): Expression {
    return this.#chain(['*', '/'], () => this.#signed())
  }

  #chain(operators: readonly Operator[], part: () => Expression): Expression {
    let left = part()
    for (;;) {
      const token = this.#take(...operators)
      if (token === undefined) return left
      left = binary(token.text as Operator, left, part())
    }
  }

  #signed(): Expression {
    if (this.#take('-') !== undefined) return negate(this.#nested(() => this.#signed()))
    if (this.#take('+') !== undefined) return this.#nested(() => this.#signed())
    return this.#power()
  }

  #power(): Expression {
    const base = this.#atom()
    return this.#take('^') === undefined ? base : binary('^', base, this.#nested(() => this.#signed()))
  }

  #atom(): Expression {
    const token = this.#token
    if (token.kind === 'number') {
      this.#next += 1
      return { kind: 'number', value: token.value }
    }
    if (token.kind === 'name') return this.#named(token)
    const open = this.#take('(')
    if (open !== undefined) {
      const inner = this.#nested(() => this.#sum())
      this.#close(open)
      return inner
    }
    return this.#fail('value', token, `expected a number, a variable or a function, got ${token.kind === 'end' ? 'the end' : `'${token.text}'`}`,
      'every operator takes a value on both of its sides')
  }

  #close(open: Token): void {
    if (this.#take(')') !== undefined) return
    const token = this.#token
    if (token.kind === 'end' || token.kind === 'operator') this.#fail('bracket', open, 'a bracket is not closed', 'add a ) behind what belongs into it')
    this.#fail('operator', token, `an operator is missing before '${token.text}'`, `write *${token.text} for a product`)
  }

  #named(token: Token): Expression {
    this.#next += 1
    const { text } = token
    const d = variableIndex(text)
    if (d !== undefined) return this.#variable(token, d)
    if (Object.hasOwn(constants, text)) return { kind: 'number', value: constants[text] as number }
    if (!Object.hasOwn(functions, text)) return this.#unknown(token)
    return this.#call(token)
  }

  #variable(token: Token, d: number): Expression {
    if (d >= 1 && d <= this.#dimension) return { kind: 'variable', d }
    const last = `x${this.#dimension}`
    const there = this.#dimension === 1 ? 'there is x1 only' : `there are x1 … ${last}`
    return this.#fail('variable', token, `${token.text} is beyond the ${this.#dimension} dimension${this.#dimension === 1 ? '' : 's'} of the design`,
      d < 1 ? 'variables are counted from x1' : `make a design with \`--dim ${d}\`, or use x1 … ${last}`, there)
  }

  #unknown(token: Token): never {
    const shown = Array.from({ length: Math.min(this.#dimension, 64) }, (_, i) => `x${i + 1}`)
    const known = [...Object.keys(functions), ...Object.keys(constants)]
    const near = token.text === 'x' || token.text === 'X' ? 'x1' : nearestName(token.text, [...known, ...shown])
    const last = this.#dimension === 1 ? 'x1' : `x1 … x${this.#dimension}`
    return this.#fail('name', token, `unknown name '${token.text}'`, `there are ${last}, ${known.join(', ')}`,
      near === undefined ? undefined : `did you mean ${near}?`)
  }

  #call(token: Token): Expression {
    const open = this.#take('(')
    if (open === undefined) this.#fail('function', token, `the function '${token.text}' has no argument`, `write ${token.text}(…)`)
    const operands = [this.#nested(() => this.#sum())]
    while (this.#take(',') !== undefined) operands.push(this.#nested(() => this.#sum()))
    this.#close(open)
    const [least, most] = functions[token.text]?.arity ?? [1, 1]
    if (operands.length < least || operands.length > most) {
      const wanted = least === most ? String(least) : `${least} … ${most}`
      this.#fail('arguments', token, `'${token.text}' takes ${wanted} argument${most === 1 ? '' : 's'}, got ${operands.length}`,
        most === 1 ? `write ${token.text}(…) with one value` : `write ${token.text}(…, …)`)
    }
    return { kind: 'call', name: token.text, operands }
  }
}

/** The tree of an expression in x₁ … x_D, D = `dimension`; or what is wrong with it, and at which column. */
export function parseExpression(text: string, dimension: number): Result<Expression> {
  const characters = charactersOf(text)
  if (text.trim() === '') return reject(error('expression-empty', 'the expression is empty', { at: 'expression', fix: 'write log p̃(x), as in expression:"-x1^2/2 - x2^2/2"' }))
  if (characters.length > MAX_LENGTH) {
    return reject(error('expression-length', `expected at most ${MAX_LENGTH} characters, got ${characters.length}`, { at: 'expression', fix: 'write it shorter' }))
  }
  try {
    return accept(new Parser(characters, dimension).whole())
  } catch (cause) {
    if (cause instanceof IssueError) return reject(...cause.issues)
    throw cause
  }
}
