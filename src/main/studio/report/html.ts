/** HTML text: values are escaped where they are put in, pieces of markup are passed as such. */

export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] as string)
}

type Piece = string | number | Markup | undefined | readonly Piece[]

function show(piece: Piece): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  return typeof piece === 'object' ? piece.map(show).join('') : escapeHtml(String(piece))
}

/** html`<p>${text}</p>`: text and numbers are escaped, markup and lists of it are not; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + show(pieces[i - 1]) + string))
}
