/** The data file formats, their extensions, and names of arrays inside a file: `images.npz#train`. */
export type DataFormat = 'csv' | 'tsv' | 'npy' | 'npz'

interface FormatNames {
  readonly title: string
  /** In small letters, with the dot. */
  readonly extensions: readonly string[]
}

const dataFormats: { readonly [F in DataFormat]: FormatNames } = {
  csv: { title: 'Delimited text', extensions: ['.csv', '.txt'] },
  tsv: { title: 'Tab-separated text', extensions: ['.tsv'] },
  npy: { title: 'NumPy array', extensions: ['.npy'] },
  npz: { title: 'NumPy archive', extensions: ['.npz'] },
}

export const dataExtensions: readonly string[] = Object.values(dataFormats).flatMap(({ extensions }) => extensions)

/** The format that a file's name promises, capitals or not. */
export function formatOfName(name: string): DataFormat | undefined {
  const lower = name.toLowerCase()
  const formats = Object.keys(dataFormats) as DataFormat[]
  return formats.find((format) => dataFormats[format].extensions.some((extension) => lower.endsWith(extension)))
}

/** Parts `archive.npz#array`; a name without such a suffix is all path. */
export function splitArrayName(name: string): { path: string; array: string | undefined } {
  const match = /^(.*\.npz)#([^#]*)$/is.exec(name)
  return match === null ? { path: name, array: undefined } : { path: match[1]!, array: match[2]! }
}
