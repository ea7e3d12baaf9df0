/**
 * The words of an expression: numbers, names, operators. Typographic signs count as their plain ones (−, ·, ×, ÷), small
 * raised digits as a power (x²), small lowered digits belong to a name (x₁).
 */
import { type Span, fault } from './fault.ts'

export interface Token extends Span {
  readonly kind: 'number' | 'name' | 'operator' | 'end'
  /** Operators in plain signs. */
  readonly text: string
  /** Of a number. */
  readonly value: number
}

const plain: Readonly<Record<string, string>> = { '−': '-', '–': '-', '·': '*', '×': '*', '∗': '*', '÷': '/' }
const OPERATORS = '+-*/^(),'
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/
const name = /^[\p{L}_][\p{L}\p{N}_]*/u
/** Numbers beyond these are infinite, or nothing, on the engines. */
const LARGEST = 3e38

/** The characters of a text: code points, so that a column is what people count. */
export const charactersOf = (text: string): readonly string[] => Array.from(text)

function numberToken(characters: readonly string[], at: number, text: string): Token {
  const value = Number(text)
  if (value <= LARGEST) return { kind: 'number', text, value, at, length: text.length }
  return fault('number', characters, { at, length: text.length }, `the number ${text} is too large`, {
    fix: `numbers reach to ${LARGEST}`,
  })
}

/** A name ends before raised digits: they are its power. */
function nameAt(rest: string): string | undefined {
  const found = name.exec(rest)?.[0]
  const raised = found === undefined ? -1 : [...found].findIndex((character) => RAISED.includes(character))
  return raised < 0 ? found : [...found ?? ''].slice(0, raised).join('')
}

/** All tokens, and at last an `end` behind the text. Throws an IssueError at a character that has no meaning here. */
export function tokenise(characters: readonly string[]): readonly Token[] {
  const tokens: Token[] = []
  const operator = (text: string, at: number, length: number): void => { tokens.push({ kind: 'operator', text, value: NaN, at, length }) }
  let at = 0
  while (at < characters.length) {
    const character = characters[at] as string
    const sign = plain[character] ?? character
    const rest = characters.slice(at, at + 200).join('')
    const digits = number.exec(rest)?.[0]
    const word = nameAt(rest)
    if (/\s/u.test(character)) at += 1
    else if (digits !== undefined) {
      tokens.push(numberToken(characters, at, digits))
      at += digits.length
    } else if (RAISED.includes(character)) {
      let text = ''
      while (at + text.length < characters.length && RAISED.includes(characters[at + text.length] as string)) {
        text += RAISED.indexOf(characters[at + text.length] as string)
      }
      operator('^', at, 0)
      tokens.push(numberToken(characters, at, text))
      at += text.length
    } else if (word !== undefined) {
      const length = charactersOf(word).length
      tokens.push({ kind: 'name', text: word, value: NaN, at, length })
      at += length
    } else if (sign === '*' && (plain[characters[at + 1] ?? ''] ?? characters[at + 1]) === '*') {
      operator('^', at, 2)
      at += 2
    } else if (OPERATORS.includes(sign)) {
      operator(sign, at, 1)
      at += 1
    } else {
      fault('character', characters, { at, length: 1 }, `'${character}' has no meaning here`, {
        fix: 'an expression has numbers, x1 … xD, functions, + − * / ^, commas and round brackets',
      })
    }
  }
  tokens.push({ kind: 'end', text: 'the end', value: NaN, at: characters.length, length: 1 })
  return tokens
}
