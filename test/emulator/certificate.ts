import type { TlsOptions } from './types.js'

/** A private key and its self-signed certificate, both PEM. */
export interface Certificate {
  key: string
  cert: string
}

/** Loopback, and names under `example.test`, which reach the emulator only through a proxy. */
const DEFAULT_HOSTS = ['localhost', '127.0.0.1', '::1', 'feishu.example.test', '*.example.test']

const DAY_MS = 86_400_000

/**
 * Makes the certificate of an emulator with TLS: for `hosts`, by default {@link DEFAULT_HOSTS}. With `expired`, it is
 * no longer valid.
 */
export async function createCertificate(tls: TlsOptions): Promise<Certificate> {
  const { expired = false, hosts = DEFAULT_HOSTS } = typeof tls === 'boolean' ? {} : tls
  // Loaded only when needed: it takes longer than the rest of the emulator, and few tests use TLS.
  const { generate } = await import('selfsigned')
  const nowMs = Date.now()
  const [fromDays, untilDays] = expired ? [-20, -10] : [-1, 10]
  const { private: key, cert } = await generate([{ name: 'commonName', value: hosts[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs + fromDays * DAY_MS),
    notAfterDate: new Date(nowMs + untilDays * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        // The types of RFC 5280: 7 is an IP address, 2 a DNS name.
        altNames: hosts.map((host) =>
          /^[\d.]+$|:/.test(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
        ),
      },
    ],
  })
  return { key, cert }
}
