/** The transformers of the catalogue with the options that the laws try. */
import type { TransformerCase } from './transformer-harness.ts'

const spline = 'rational-quadratic'
export const transformerCases: readonly TransformerCase[] = [
  { name: 'additive', kind: 'additive', options: {}, bound: 3 },
  { name: 'affine', kind: 'affine', options: {}, bound: 3 },
  { name: 'affine, bound 0.1', kind: 'affine', options: { bound: 0.1 }, bound: 100 },
  { name: spline, kind: spline, options: {}, bound: 3 },
  { name: `${spline}, 2 bins on ±0.1`, kind: spline, options: { bins: 2, bound: 0.1 }, bound: 0.1 },
  { name: `${spline}, 64 bins on ±1000`, kind: spline, options: { bins: 64, bound: 1000 }, bound: 1000 },
  {
    name: `${spline}, coarse`, kind: spline, bound: 5,
    options: { bins: 5, bound: 5, minimumWidth: 1e-2, minimumHeight: 2e-3, minimumSlope: 0.5 },
  },
  { name: 'linear-spline', kind: 'linear-spline', options: {}, bound: 3 },
  { name: 'linear-spline, 2 bins on ±0.1', kind: 'linear-spline', options: { bins: 2, bound: 0.1 }, bound: 0.1 },
  {
    name: 'linear-spline, 64 bins on ±1000', kind: 'linear-spline', bound: 1000,
    options: { bins: 64, bound: 1000, minimumHeight: 1e-2 },
  },
  { name: 'quadratic-spline', kind: 'quadratic-spline', options: {}, bound: 3 },
  { name: 'quadratic-spline, 3 bins on ±0.1', kind: 'quadratic-spline', options: { bins: 3, bound: 0.1 }, bound: 0.1 },
  {
    name: 'quadratic-spline, 32 bins on ±1000', kind: 'quadratic-spline', bound: 1000,
    options: { bins: 32, bound: 1000, minimumWidth: 1e-2, minimumSlope: 0.3 },
  },
  { name: 'cubic-spline', kind: 'cubic-spline', options: {}, bound: 3 },
  { name: 'cubic-spline, 2 bins on ±0.1', kind: 'cubic-spline', options: { bins: 2, bound: 0.1 }, bound: 0.1 },
  {
    name: 'cubic-spline, 32 bins on ±1000', kind: 'cubic-spline', bound: 1000,
    options: { bins: 32, bound: 1000, minimumWidth: 1e-2, minimumHeight: 2e-3 },
  },
  { name: 'deep-sigmoidal', kind: 'deep-sigmoidal', options: {}, bound: 3 },
  {
    name: 'deep-sigmoidal, 2 units, 3 layers', kind: 'deep-sigmoidal', bound: 3,
    options: { units: 2, layers: 3, bound: 1 },
  },
  { name: 'deep-sigmoidal, 5 steep units', kind: 'deep-sigmoidal', options: { units: 5, bound: 6 }, bound: 10 },
]
