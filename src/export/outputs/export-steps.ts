import { unexpectedTwice } from '../../feishu/client/client.js'
import { fail, type Failure, type Reply } from '../../feishu/errors/failure.js'
import { createTask, queryTask } from '../../feishu/tasks/export-tasks.js'
import type { ExportSteps } from '../engine/engine.js'
import { adviseFor, adviseForQuery } from './advice.js'
import { hasAttachments, removeUnusedAssets, saveAttachments, type SavedAssets } from './document-assets.js'
import { fetchBoard, fetchExported, fetchUploaded } from './downloads.js'
import { makeMarkdown } from './markdown.js'
import type { Output } from '../model.js'
import type { OutputTools, OutputWork } from './work.js'

/** Makes the steps by which the engine exports, for all kinds of outputs. */
export function exportSteps(tools: OutputTools): ExportSteps<OutputWork> {
  const { connection, credential } = tools.session
  // The outputs whose `create` got a successful answer with an unexpected shape. The client does not repeat `create` by
  // itself, so a second such answer is noticed only here: it is a permanent failure.
  const unexpected = new Set<Output>()
  const savedAttachments = new Map<OutputWork, SavedAssets>()
  return {
    async create({ output }, signal) {
      const { reply } = await createTask(connection, credential, output, signal)
      if (!reply.ok && reply.failure.origin === 'unexpected-shape') {
        if (unexpected.has(output)) return fail(unexpectedTwice(reply.failure))
        unexpected.add(output)
      }
      return reply.ok ? { ...reply, value: { ticket: reply.value, token: output.token } } : adviseFor('create', reply)
    },
    query: async (task, signal) => adviseForQuery(await queryTask(connection, credential, task, signal)),
    fetch(work, fileToken, fileSize) {
      const attempt = fetchExported(work, fileToken, fileSize, tools)
      return async (signal) => {
        const reply = adviseFor('download', await attempt(signal))
        const saved = savedAttachments.get(work)
        // Also after a failure: some of the files may have been published, and these no longer use their old attachments.
        if (saved) await removeUnusedAssets(work, saved, tools)
        return reply
      }
    },
    prepare: async (work) => {
      if (!work.files.some(hasAttachments)) return undefined
      const reply = await saveAttachments(work, tools)
      if (!reply.ok) return reply.failure
      savedAttachments.set(work, reply.value)
      return undefined
    },
    make: (work) => make(work, tools),
  }
}

/** Makes an output without an export task. @returns the failure if it cannot be made */
async function make(work: OutputWork, tools: OutputTools): Promise<Failure | undefined> {
  const reply = await makeDirectly(work, tools)
  return reply.ok ? undefined : reply.failure
}

/** Makes an output of any kind but `task`. */
function makeDirectly(work: OutputWork, tools: OutputTools): Promise<Reply<void>> {
  const { api } = tools
  // No time limit for an attempt: it fails by itself when no bytes arrive.
  const limits = { limitMs: Infinity }
  switch (work.output.kind) {
    case 'upload':
      return api.call('fileDownload', fetchUploaded(work, tools), limits)
    case 'board':
      return api.call('boardImage', fetchBoard(work, tools), limits)
    case 'markdown':
      return makeMarkdown(work, tools)
    case 'task':
      return Promise.resolve(fail({ class: 'permanent', what: 'This output needs an export task' }))
  }
}
