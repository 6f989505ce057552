import { ATTEMPT_TIMED_OUT, type StopReason } from '../../polling/deadline.js'
import { OPERATIONS, type Operation } from '../client/operations.js'
import { UnusableProxy } from '../client/proxy.js'
import { oneLine } from '../../text.js'
import type { Failure } from './failure.js'

// The codes for an invalid certificate.
// Source: X509 certificate error codes, https://nodejs.org/api/tls.html#x509-certificate-error-codes
const TLS_FAULT =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER|DECRYPT_CERT|DECODE)|INVALID_(CA|PURPOSE)|HOSTNAME_|PATH_LENGTH|ERROR_IN_CERT)/

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the name was not found (DNS)'],
  ['EAI_AGAIN', 'the name server did not answer (DNS)'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['ECONNABORTED', 'the connection was cut off'],
  ['EPIPE', 'the connection was cut off'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
])

const REASONS_BY_PATTERN: readonly (readonly [codes: RegExp, reason: string])[] = [
  [/^HPE_/, 'the answer is not HTTP'],
  [/^(Z_|ERR__)/, 'the compressed answer is damaged'],
]

const UNREACHABLE =
  'Check `base-url`, and the network and the proxy of the runner. If they are right, Feishu cannot be reached: run it' +
  ' again later.'

/**
 * Classifies an error of the transport. Three faults are permanent: an invalid certificate, a proxy address that cannot
 * be used, and a refusal by the proxy (except HTTP 408, 429 and 5xx). Every other fault is transient.
 * @param host the host of the request, without credentials
 * @param abortReason the reason of the request's signal, if it was aborted
 */
export function classifyNetworkFault(
  error: unknown,
  operation: Operation,
  host: string,
  abortReason?: unknown,
): Failure {
  const couldNot = `Could not ${OPERATIONS[operation].doing}`
  if (error instanceof UnusableProxy) {
    const { fault, cure } = error.fault
    return {
      class: 'permanent',
      what: `${couldNot}: ${fault}`,
      advice: `${cure} To connect to ${host} without a proxy, add it to \`no_proxy\`.`,
      scope: 'app',
    }
  }
  if (abortReason === ATTEMPT_TIMED_OUT || abortReason === ('timed-out' satisfies StopReason)) {
    return { class: 'transient', what: `${couldNot}: ${host} did not answer in time`, advice: UNREACHABLE }
  }
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (TLS_FAULT.test(code)) {
    return {
      class: 'permanent',
      what: `${couldNot}: the certificate of ${host} is not trusted (${code})`,
      advice:
        'Check `base-url`. If a private deployment or a proxy signs with its own authority, give its certificate to' +
        ' Node.js: set NODE_EXTRA_CA_CERTS to the PEM file in the step (env:).',
      scope: 'app',
    }
  }
  // http-client cannot parse the address of the proxy. Usually, such an address is refused earlier, as an `UnusableProxy`.
  if (code === 'ERR_INVALID_URL') {
    return {
      class: 'permanent',
      what: `${couldNot}: the address of the proxy cannot be read`,
      advice: 'Check `https_proxy` and `http_proxy`: http://HOST:PORT.',
      scope: 'app',
    }
  }
  // All errors of http-client's tunnel have the code ECONNRESET: only the text distinguishes them.
  const proxyStatus = /tunneling socket could not be established, statusCode=(\d+)/.exec(message)?.[1]
  if (proxyStatus !== undefined) {
    const isTransient = /^(408|429|5\d\d)$/.test(proxyStatus)
    return {
      class: isTransient ? 'transient' : 'permanent',
      what: `${couldNot}: the proxy did not let the request through to ${host} (the proxy says HTTP ${proxyStatus})`,
      advice:
        proxyStatus === '407'
          ? 'The proxy wants a login: put user and password into its address (https_proxy).'
          : 'Check https_proxy and no_proxy, and what the proxy allows.',
      scope: isTransient ? undefined : 'app',
    }
  }
  const proxyCause = /tunneling socket could not be established, cause=(.*)/.exec(message)?.[1]
  if (proxyCause !== undefined) {
    return {
      class: 'transient',
      what: `${couldNot}: the proxy that leads to ${host} cannot be reached (${oneLine(proxyCause, 100)})`,
      advice: 'Check https_proxy and no_proxy.',
    }
  }
  const reason =
    REASONS.get(code) ?? REASONS_BY_PATTERN.find(([codes]) => codes.test(code))?.[1] ?? 'the connection failed'
  return {
    class: 'transient',
    what: `${couldNot}: ${host}: ${reason}${code === '' ? '' : ` (${code})`}`,
    advice: UNREACHABLE,
  }
}
