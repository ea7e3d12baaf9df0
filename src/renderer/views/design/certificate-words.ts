/** What the invertibility certificate of a run says of one node, in words. */
import type { CertificateEntry } from '../../../shared/api.ts'
import type { NodeCertificate } from '../../stores/certificate.ts'

/** The worst figure of the node's layers: a node in a repeat block stands for several. */
function worst(
  entries: readonly CertificateEntry[], figure: 'roundTrip32' | 'roundTrip64' | 'logDetError' | 'condition',
): string {
  const values = entries.flatMap((entry) => entry[figure] ?? [])
  return values.length === 0 ? 'not measured' : Math.max(...values).toExponential(1).replace('e+', 'e')
}

export function certificateFacts({ entries }: NodeCertificate): readonly {
  readonly name: string; readonly value: string; readonly detail?: string,
}[] {
  return [
    { name: 'Round trip', value: worst(entries, 'roundTrip32'), detail: 'float32' },
    { name: '', value: worst(entries, 'roundTrip64'), detail: 'float64' },
    { name: 'log-det error', value: worst(entries, 'logDetError'), detail: 'nats' },
    { name: 'Condition', value: worst(entries, 'condition') },
  ]
}

export function certificateWords(certificate: NodeCertificate): string {
  const facts = certificateFacts(certificate)
    .map(({ name, value, detail }) => `${name} ${value}${detail === undefined ? '' : ` ${detail}`}`.trim())
  return [`Invertibility: ${certificate.grade}`, ...facts].join('\n')
}
