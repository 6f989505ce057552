import type { PlainAnswer } from './answer.js'
import * as answers from './answers.js'
import { contentOf } from './documents.js'
import type { Service } from './server.js'
import type { RecordedRequest } from './types.js'

/**
 * Answers a request about the emulator itself, for tests in other processes. `/_emulator/requests` returns the recorded
 * requests. `/_emulator/bytes/:token/:extension[?sub_id=]` returns the bytes that an export or download of the document
 * must have.
 */
export function answerControl(service: Service, { path, query }: RecordedRequest): PlainAnswer {
  if (path === '/_emulator/requests') return answers.json(service.requests)
  const [, token, extension] = /^\/_emulator\/bytes\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  const document = service.store.documents.find(token ?? '')
  if (document === undefined || extension === undefined) return answers.json({ error: 'not found' }, 404)
  const body = contentOf(document, extension, query['sub_id'])
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
}
