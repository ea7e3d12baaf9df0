/** How good the figures of an invertibility certificate are, in four grades, each with a word, a shape and a colour. */
import type { CertificateEntry } from '../../shared/api.ts'

export type Grade = 'exact' | 'good' | 'loose' | 'broken'
export const grades: readonly Grade[] = ['exact', 'good', 'loose', 'broken']

export type Figure = 'roundTrip32' | 'roundTrip64' | 'logDetError' | 'condition'

/** Up to which value a figure has the grade; beyond the last it is broken. */
const limits: Readonly<Record<Figure, readonly [number, number, number]>> = {
  // float32 has 7 digits: 1e-5 is a few roundings, 1e-3 is seen in samples, 0.1 is another point.
  roundTrip32: [1e-5, 1e-3, 1e-1],
  roundTrip64: [1e-11, 1e-8, 1e-5],
  // Central differences are themselves good to about 1e-8.
  logDetError: [1e-6, 1e-4, 1e-2],
  // Digits that are lost on the way back.
  condition: [1e2, 1e4, 1e6],
}

export function gradeFigure(figure: Figure, value: number | null): Grade | undefined {
  if (value === null) return undefined
  const i = limits[figure].findIndex((limit) => value <= limit)
  return i < 0 ? 'broken' : grades[i]
}

export function worstGrade(list: readonly (Grade | undefined)[]): Grade {
  return list.reduce<Grade>((worst, grade) => (grade !== undefined && grades.indexOf(grade) > grades.indexOf(worst) ? grade : worst), 'exact')
}

/** Grade of a layer, and the figure that decides it. A large condition alone is a warning, not an error. */
export function gradeOf(entry: CertificateEntry): { readonly grade: Grade; readonly because: Figure | undefined } {
  let result: { grade: Grade; because: Figure | undefined } = { grade: 'exact', because: undefined }
  for (const figure of ['roundTrip32', 'roundTrip64', 'logDetError', 'condition'] as const) {
    const found = gradeFigure(figure, entry[figure])
    const grade = figure === 'condition' && found === 'broken' ? 'loose' : found
    if (grade !== undefined && grades.indexOf(grade) > grades.indexOf(result.grade)) result = { grade, because: figure }
  }
  return result
}

/** Token of a grade's colour, without `--`. */
export const gradeColour: Readonly<Record<Grade, string>> = { exact: 'ok', good: 'accent', loose: 'warning', broken: 'error' }
/** Shape beside the word, so that nothing is told by colour alone. */
export const gradeShape: Readonly<Record<Grade, string>> = { exact: '●', good: '◆', loose: '▲', broken: '✕' }
