/** Files that the window gives to its person: the browser asks where they go, or puts them with the downloads. */
export function offerFile(name: string, content: Uint8Array | string, type: string): void {
  const part = typeof content === 'string' ? content : new Uint8Array(content)
  const url = URL.createObjectURL(new Blob([part], { type }))
  offerUrl(name, url)
  // The browser has begun to read it by then.
  setTimeout(() => { URL.revokeObjectURL(url) }, 60_000)
}

export function offerUrl(name: string, url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** `NICE, two moons` as `nice-two-moons`, fit for the name of a file. */
export function fileStem(...names: readonly string[]): string {
  const stems = names.map((name) => name.normalize('NFKD').replace(/\p{Mark}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 40).replace(/^-+|-+$/g, ''))
  return stems.filter((stem) => stem !== '').join('-') || 'flow'
}
