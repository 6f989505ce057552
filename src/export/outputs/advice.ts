import { fail, type Reply } from '../../feishu/errors/failure.js'

const RUN_AGAIN = 'Run it again.'
const FILE_DELETED = 'The service deletes an exported file 10 minutes after the export ended. Run it again.'
const CHECK_LINK = 'Check the link.'

/** The advice that the export action gives, by step and error code. */
const ADVICE: Readonly<Record<'create' | 'query' | 'download', Readonly<Record<number, string>>>> = {
  create: {
    1069904: `${CHECK_LINK} Where it names a sheet or a table (\`?sheet=\`, \`?table=\`), copy it again while that is open.`,
    1069914: CHECK_LINK,
    99992402: CHECK_LINK,
  },
  query: { 1069904: RUN_AGAIN, 1069914: RUN_AGAIN, 99992402: RUN_AGAIN },
  download: { 1060001: FILE_DELETED, 1069904: RUN_AGAIN, 1069906: FILE_DELETED, 1069914: FILE_DELETED },
}

/**
 * Replaces advice for users of the create, wait and download actions: it names inputs that the export action does not
 * have, or steps that it takes by itself. Any other reply is returned as it is.
 */
export function adviseFor<T>(step: keyof typeof ADVICE, reply: Reply<T>): Reply<T> {
  if (reply.ok) return reply
  const { failure } = reply
  const advice = failure.code === undefined ? undefined : ADVICE[step][failure.code]
  return advice === undefined ? reply : fail({ ...failure, advice })
}
