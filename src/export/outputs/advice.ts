import { fail, type Reply } from '../../feishu/errors/failure.js'

const AGAIN = 'Run it again.'
const GONE = 'The service deletes an exported file 10 minutes after the export ended. Run it again.'
const CHECK_LINK = 'Check the link.'

/** By step and code. */
const ADVICE: Readonly<Record<'create' | 'query' | 'download', Readonly<Record<number, string>>>> = {
  create: {
    1069904: `${CHECK_LINK} Where it names a sheet or a table (\`?sheet=\`, \`?table=\`), copy it again while that is open.`,
    1069914: CHECK_LINK,
    99992402: CHECK_LINK,
  },
  query: { 1069904: AGAIN, 1069914: AGAIN, 99992402: AGAIN },
  download: { 1060001: GONE, 1069904: AGAIN, 1069906: GONE, 1069914: GONE },
}

/** The reply with advice for this action, where that of the single steps names inputs that it does not have. */
export function adviseFor<T>(step: keyof typeof ADVICE, reply: Reply<T>): Reply<T> {
  if (reply.ok) return reply
  const { failure } = reply
  const advice = failure.code === undefined ? undefined : ADVICE[step][failure.code]
  return advice === undefined ? reply : fail({ ...failure, advice })
}
