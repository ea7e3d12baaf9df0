import { describe, expect, it } from 'vitest'
import { syntheticTargets } from '../../../src/core/data/synthetic/catalogue.ts'
import { formatSynthetic, isSynthetic, parseSynthetic } from '../../../src/core/data/synthetic/parse.ts'

/** The issues of a spec that must be refused. */
function issuesOf(spec: string): readonly { code: string; message: string; at?: string; fix?: string }[] {
  const result = parseSynthetic(spec)
  expect(result.ok).toBe(false)
  return result.issues
}

describe('a synthetic target by name', () => {
  it.each(syntheticTargets.map((target) => [target.id, target] as const))('%s takes its defaults', (id, target) => {
    const result = parseSynthetic(`synthetic:${id}`)
    expect(result).toEqual({ ok: true, value: { target, options: target.complete() }, issues: [] })
    for (const [name, option] of Object.entries(target.options)) {
      expect(target.complete()[name]).toBe(option.default)
      expect(option.default).toBeGreaterThanOrEqual(option.minimum)
      expect(option.default).toBeLessThanOrEqual(option.maximum)
    }
  })

  it('has the ids that documents refer to', () => {
    expect(syntheticTargets.map((target) => target.id)).toEqual(['moons', 'eight-gaussians', 'checkerboard', 'rings',
      'circles', 'spirals', 'pinwheel', 'swiss-roll', 'banana'])
  })

  it('takes options and writes them back', () => {
    for (const text of ['0.05', '5e-2', '.05', '+0.05']) {
      const result = parseSynthetic(`synthetic:moons?noise=${text}`)
      expect(result.ok && result.value.options).toEqual({ noise: 0.05 })
      expect(result.ok && formatSynthetic(result.value)).toBe('synthetic:moons?noise=0.05')
    }
    const plain = parseSynthetic('synthetic:rings?noise=0.08')
    expect(plain.ok && formatSynthetic(plain.value)).toBe('synthetic:rings')
    expect(parseSynthetic('synthetic:moons?').ok).toBe(true)
  })

  it('is told from other sources by its prefix', () => {
    expect([isSynthetic('synthetic:x'), isSynthetic('moons.csv')]).toEqual([true, false])
    expect(issuesOf('moons')).toMatchObject([{ code: 'synthetic-prefix', at: 'moons' }])
  })

  it('is refused with the list of targets and the nearest one', () => {
    const [issue] = issuesOf('synthetic:mons?noise=1')
    expect(issue).toMatchObject({ code: 'unknown-synthetic', at: 'synthetic:mons?noise=1' })
    expect(issue?.fix).toContain('synthetic:moons')
    for (const { id } of syntheticTargets) expect(issue?.message).toContain(id)
    expect(issuesOf('synthetic:')[0]?.code).toBe('unknown-synthetic')
    expect(issuesOf('synthetic:constructor')[0]?.code).toBe('unknown-synthetic')
  })

  it('is refused for each unfit option at once', () => {
    expect(issuesOf('synthetic:moons?nois=0.1'))
      .toMatchObject([{ code: 'unknown-synthetic-option', fix: 'Did you mean "noise"?' }])
    expect(issuesOf('synthetic:banana?toString=1')[0]?.code).toBe('unknown-synthetic-option')
    for (const text of ['', 'x', '1,5', '0x1', 'Infinity', 'NaN', '1 ']) {
      expect(issuesOf(`synthetic:moons?noise=${text}`)[0]?.code).toBe('synthetic-option-not-a-number')
    }
    for (const text of ['0', '-1', '0.51', '1e99']) {
      const [issue] = issuesOf(`synthetic:moons?noise=${text}`)
      expect(issue?.code).toBe('synthetic-option-range')
      expect(issue?.message).toContain('0.01 … 0.5')
    }
    expect(issuesOf('synthetic:moons?noise=0.1&noise=0.2&size=3').map((issue) => issue.code))
      .toEqual(['synthetic-option-twice', 'unknown-synthetic-option'])
  })

  it('throws where our own code passes options that were not checked', () => {
    const [moons] = syntheticTargets
    expect(() => moons?.complete({ nois: 1 })).toThrow(/moons.*nois/)
    expect(() => moons?.logDensity({ noise: 9 })).toThrow(/moons.*0\.01 … 0\.5.*9/)
    expect(() => moons?.entropy({ noise: Number.NaN })).toThrow(/moons/)
  })
})
