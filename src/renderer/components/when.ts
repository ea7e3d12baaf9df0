/** Times as people say them. */

const units = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60]] as const
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `5 minutes ago`, `yesterday`; `just now` within the last minute; empty for what is no time. */
export function ago(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000
  if (Number.isNaN(seconds)) return ''
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? []
  return unit === undefined ? 'just now' : relative.format(-Math.round(seconds / size), unit)
}

/** The time in full, in the reader's own time zone. */
export function fullTime(time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
}
