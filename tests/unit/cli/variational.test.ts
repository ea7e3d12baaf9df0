/** Autoencoders, adversarial flows and comparisons on the command line. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { flowsmith, jsonOf, readJson, smallDesign, succeed, table, workFolder, writeJson } from './program.ts'

const folder = workFolder()
const network = { kind: 'mlp', width: 8, depth: 1, activation: 'silu' }
const COLUMNS = ['a', 'b', 'c', 'd', 'e', 'f']

/** A small autoencoder: two latents, one planar layer. */
function autoencoder(objective: Record<string, unknown> = {}, planar = true): Record<string, unknown> {
  const layers = planar ? [{ id: 'bend', kind: 'planar', options: { direction: 'generating' } }] : []
  return {
    ...smallDesign({
      steps: 150, batch: 64, validateEvery: 50, learningRate: 0.01,
      objective: {
        kind: 'elbo', dimensions: 6, likelihood: 'bernoulli', threshold: 1.5, features: 4, samples: 8, encoder: network, decoder: network, ...objective,
      },
    }),
    design: { event: [2], layers, base: { kind: 'class-gaussian' } },
  }
}

/** Six shades of 0 … 3 that go up and down together. */
function shades(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => COLUMNS.map((_name, k) => {
    const level = Math.sin(12.9898 * i) + (k % 2 === 0 ? 1 : -1) * Math.sin(78.233 * i + 1) + 0.5 * Math.sin(37.7 * i + 5 * k)
    return Math.min(3, Math.max(0, Math.round(1.5 + level)))
  }).join(','))
  return `${COLUMNS.join(',')}\n${lines.join('\n')}\n`
}

beforeAll(async () => {
  writeFileSync(join(folder, 'shades.csv'), shades(700))
  writeJson(folder, 'vae.json', autoencoder())
  await succeed(folder, 'train vae.json --data shades.csv --out vae')
}, 120_000)

describe('an autoencoder', () => {
  it('is evaluated by the importance-weighted bound, which is above the ELBO and its two parts', async () => {
    const result = await jsonOf(folder, 'eval vae')
    const { test_nll_nats: nll, elbo_nats: elbo, reconstruction_nats: reconstruction, divergence_nats: divergence } = result as Record<string, number>
    expect(nll).toBeLessThan(-elbo!)
    expect(elbo).toBeCloseTo(reconstruction! - divergence!, 4)
    // Six fair coins cost 6 log 2; these hang together.
    expect(nll).toBeLessThan(6 * Math.LN2)
    expect((await flowsmith(folder, 'eval vae')).stdout).toMatch(/a bound: the latents were integrated out/)
  })

  it('samples data as they are modelled, and gives a bound for each row', async () => {
    await succeed(folder, 'sample vae -n 200 --out drawn.csv')
    const [head, ...lines] = readFileSync(join(folder, 'drawn.csv'), 'utf8').trim().split('\n')
    expect(head).toBe(COLUMNS.join(','))
    expect(lines).toHaveLength(200)
    expect(new Set(lines.join(',').split(','))).toEqual(new Set(['0', '1']))
    await succeed(folder, 'density vae --data shades.csv --out logp.csv')
    expect(readFileSync(join(folder, 'logp.csv'), 'utf8').trim().split('\n')).toHaveLength(701)
  })

  it('is exported as a bound and a decoder that agree with the reference', async () => {
    const report = await jsonOf(folder, 'export vae')
    expect(report['log_prob_max_difference'] as number).toBeLessThan(1e-4)
    expect(report['x_max_difference'] as number).toBeLessThan(1e-5)
    expect([report['z_max_difference'], report['round_trip_max_error']]).toEqual([null, null])
    const written = readJson(folder, 'vae', 'export', 'report.json') as { event: unknown; density: { inputs: object; outputs: object }; sampler: { inputs: { z: unknown[] } } }
    expect(written.event).toEqual([6])
    expect(Object.keys(written.density.inputs)).toEqual(['x', 'noise.objective.posterior'])
    expect(Object.keys(written.density.outputs)).toEqual(['log_prob'])
    expect(written.sampler.inputs.z).toEqual(['N', 2, 'drawn from a standard normal'])
  })

  it('writes its report, and goes on after a stop as if there had been none', async () => {
    await succeed(folder, 'report vae --out vae.html')
    expect(readFileSync(join(folder, 'vae.html'), 'utf8')).toContain('Test NLL, a bound')
    expect((await flowsmith(folder, 'resume vae')).code).toBe(0)
  })

  it('refuses whole numbers where the decoder has a density of them', async () => {
    writeJson(folder, 'normal.json', autoencoder({ likelihood: 'gaussian' }))
    const { code, stderr } = await flowsmith(folder, 'train normal.json --data shades.csv --out normal')
    expect([code, existsSync(join(folder, 'normal'))]).toEqual([2, false])
    expect(stderr).toMatch(/integers-not-dequantized|only whole numbers/)
    expect(stderr).toMatch(/Bernoulli/)
  })

  it('refuses data of another width, and names both', async () => {
    writeJson(folder, 'narrow.json', autoencoder({ dimensions: 5 }))
    const { code, stderr } = await flowsmith(folder, 'train narrow.json --data shades.csv --out narrow')
    expect(code).toBe(2)
    expect(stderr).toMatch(/\[5\].*6/)
  })

  it('warns of a posterior that does not see the data', async () => {
    writeJson(folder, 'blind.json', { ...autoencoder({}, false), design: { event: [2], layers: [], base: { kind: 'gaussian', learned: true } } })
    const { code, stderr } = await flowsmith(folder, 'train blind.json --data shades.csv --steps 20 --out blind')
    expect(code).toBe(0)
    expect(stderr).toMatch(/neither the base nor a layer takes the encoder/)
  })
})

describe('comparisons', () => {
  it('two posteriors on the same data: one table, one page', async () => {
    const result = await jsonOf(folder, 'experiment posteriors vae.json --data shades.csv --steps 60 --out posteriors')
    const runs = result['runs'] as readonly Record<string, unknown>[]
    expect(runs.map(({ name }) => name)).toEqual(['Gaussian posterior', 'Flow posterior'])
    for (const run of runs) {
      expect(run['flow_nll_nats']).toBeNull()
      expect(run['bound']).toBe(true)
      // Held against the data as 0 and 1, as they are modelled: 0.27. Against the shades of 0 … 3 it would be 1.5.
      expect(Math.abs(run['energy_distance'] as number)).toBeLessThan(0.75)
    }
    expect(readFileSync(join(folder, 'posteriors', 'comparison.html'), 'utf8')).toContain('Gaussian and flow posterior')
  }, 60_000)

  it('one generator trained in three ways keeps its exact likelihood in all of them', async () => {
    writeFileSync(join(folder, 'real.csv'), table(400, ['u', 'v']))
    writeJson(folder, 'small.json', smallDesign())
    const result = await jsonOf(folder, 'experiment generators small.json --data real.csv --steps 40 --out generators')
    const runs = result['runs'] as readonly Record<string, unknown>[]
    expect(runs.map(({ objective }) => objective)).toEqual(['Maximum likelihood', 'ELBO with the flow as decoder', 'Adversarial (GAN)'])
    for (const run of runs) expect(run['flow_nll_nats']).toEqual(expect.any(Number))
    const [flow, , gan] = runs as [Record<string, number>, unknown, Record<string, number>]
    // Where the objective's likelihood is exact, it is the flow's.
    for (const run of [flow, gan]) expect(run['test_nll_nats']).toBeCloseTo(run['flow_nll_nats']!, 4)
    const { code, stdout } = await flowsmith(folder, `compare ${['flow', 'gan'].map((name) => join('generators', name)).join(' ')} --out two.html`)
    expect(code).toBe(0)
    expect(stdout).toMatch(/Adversarial/)
    expect(existsSync(join(folder, 'two.html'))).toBe(true)
  }, 60_000)

  it('shows figures that are of other rows or columns, and says that they cannot be compared', async () => {
    writeFileSync(join(folder, 'three.csv'), table(400, ['u', 'v', 'w']))
    writeJson(folder, 'small.json', smallDesign())
    for (const [name, flags] of [['base', ''], ['seed', '--seed 1'], ['columns', '--columns v,w']] as const) {
      await succeed(folder, `train small.json --data three.csv ${name === 'columns' ? flags : `--columns u,v ${flags}`} --out same-${name}`)
    }
    const names = ['base', 'seed', 'columns'].map((name) => `same-${name}`)
    const { code, stdout, stderr } = await flowsmith(folder, `compare ${names.join(' ')} --out flagged.html`)
    expect(code).toBe(0)
    expect(stdout).toContain('* same-seed cannot be held against same-base: seed of the split: 1 – not 0')
    expect(stdout).toContain('* same-columns cannot be held against same-base: columns: v, w – not u, v')
    expect(stderr).toMatch(/warning not-comparable at same-seed/)
    expect(readFileSync(join(folder, 'flagged.html'), 'utf8')).toMatch(/cannot be held against .*seed of the split: 1 – not 0/s)
    const result = await jsonOf(folder, `compare ${names.join(' ')} --out flagged.html`)
    expect(result['comparable']).toBe(false)
    expect((result['runs'] as readonly Record<string, unknown>[]).map((run) => [run['differs'], typeof run['test_nll_nats']])).toEqual([
      [[], 'number'],
      [[{ what: 'seed of the split', here: '1', there: '0' }], 'number'],
      [[{ what: 'columns', here: 'v, w', there: 'u, v' }], 'number'],
    ])
  }, 120_000)

  it.each([
    ['experiment generator small.json --data real.csv --out none', /did you mean 'generators'|generators/],
    ['experiment posteriors small.json --data real.csv --out none', /flowsmith new vae-planar/],
    ['compare vae', /two runs or more/],
    ['compare vae generators/flow', /not those of vae/],
    ['compare vae nothing-here', /there is no run here/],
  ])('%s is refused', async (args, message) => {
    writeJson(folder, 'small.json', smallDesign())
    const { code, stderr } = await flowsmith(folder, args)
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })
})
